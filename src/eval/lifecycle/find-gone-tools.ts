import { matchesGlob } from "node:path";
import type { CaseHistory } from "./case-history.ts";
import type { CaseText, DeclaredTools } from "./review-inputs.ts";
import type { ReviewFinding } from "./review-report.ts";

/** Checks and cases that name tools which the newest version is not offered: they guard nothing any more. */
export function findGoneTools(
  histories: readonly CaseHistory[],
  {
    texts,
    suiteTools,
    declared,
  }: {
    readonly texts: ReadonlyMap<string, CaseText>;
    readonly suiteTools: readonly string[];
    readonly declared: readonly DeclaredTools[];
  },
): ReviewFinding[] {
  const newest = declared.at(-1);
  if (!newest || newest.tools.length === 0) return [];
  const goneOf = (named: readonly string[]) =>
    [...new Set(named)].filter((name) => !newest.tools.some((tool) => matchesGlob(tool, name))).toSorted();
  const finding = (named: readonly string[], about: Pick<CaseHistory, "id" | "kind" | "runs"> | null) => {
    const gone = goneOf(named);
    if (gone.length === 0) return [];
    const told = gone.map((name) => `${name} (${lastSeen(name, declared)})`).join(", ");
    const isEver = gone.some((name) => declared.some(({ tools }) => tools.some((tool) => matchesGlob(tool, name))));
    return [
      {
        finding: "gone tools" as const,
        caseId: about?.id ?? null,
        kind: about?.kind ?? null,
        isShown: true,
        evidence: `names tools that ${newest.label} is not offered: ${told}`,
        figures: { tools: gone.join(", "), newest: newest.label },
        runs: about?.runs ?? [],
        action: isEver ? "name the tools that took their place, or retire what asks for them" : "correct the names",
        isRemoval: false,
      },
    ];
  };
  return [
    ...finding(suiteTools, null),
    ...histories.flatMap((history) => finding(texts.get(history.id)?.namedTools ?? [], history)),
  ];
}

function lastSeen(name: string, declared: readonly DeclaredTools[]): string {
  const last = declared.findLast(({ tools }) => tools.some((tool) => matchesGlob(tool, name)));
  return last ? `last offered in ${last.label}` : "in no log";
}
