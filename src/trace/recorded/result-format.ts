import { isJsonObject, type Json } from "../../kernel/index.ts";

/** Formats of results: every row of them says whether the trial succeeded. */
export const RESULT_FORMATS = ["tau1", "tau2", "jsonl"] as const;
export type ResultFormat = (typeof RESULT_FORMATS)[number];

/** Which format of results a parsed file looks like by its content, never by its name. */
export function detectResultFormat(value: Json): ResultFormat | undefined {
  if (Array.isArray(value)) {
    const first = value.find(isJsonObject);
    return first && "traj" in first ? "tau1" : undefined;
  }
  if (!isJsonObject(value)) return undefined;
  if (Array.isArray(value["simulations"]) || Array.isArray(value["task_results"])) return "tau2";
  return isResultRow(value) ? "jsonl" : undefined;
}

/** For a text that is no single JSON value: JSON lines have a whole object on their first line. */
export function detectFormatOfText(text: string): ResultFormat | undefined {
  const end = text.indexOf("\n");
  if (end < 0) return undefined;
  try {
    return detectResultFormat(JSON.parse(text.slice(0, end)) as Json);
  } catch {
    return undefined;
  }
}

/** For an error: what the file is, in words. */
export function describeContent(value: Json): string {
  const format = detectResultFormat(value);
  if (format) return `it looks like ${format}: use --format ${format}`;
  if (Array.isArray(value)) return `it is a list of ${value.length} without trajectories (\`traj\`)`;
  if (isJsonObject(value)) return `it is an object with ${Object.keys(value).slice(0, 6).join(", ") || "no keys"}`;
  return `it is a ${value === null ? "null" : typeof value}`;
}

function isResultRow(value: Json): boolean {
  return isJsonObject(value) && ["case", "id", "task_id"].some((key) => key in value);
}
