import { escapeTerminal, suggestName } from "../kernel/index.ts";

/** An empty list is told apart from a slip in the name of a finding. */
export async function noTraceFits(
  { finding }: { readonly finding?: string | undefined },
  sentence = "no trace fits",
): Promise<string> {
  if (finding === undefined || finding === "any") return `${sentence}\n`;
  const { DETECTORS } = await import("../trace/detectors/index.ts");
  const names = DETECTORS.map(({ name }) => name);
  if (names.includes(finding)) return `${sentence}\n`;
  return `${escapeTerminal(`${sentence}: no finding is called ${JSON.stringify(finding)}${suggestName(finding, names)}`)}\n`;
}
