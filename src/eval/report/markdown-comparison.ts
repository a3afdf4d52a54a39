import type { CaseComparison, Comparison } from "../compare/comparison.ts";
import { type ComparisonSection, comparisonSections, comparisonTitle, suiteRemarks } from "./comparison-sections.ts";
import { markdownDetails, markdownTable, markdownText } from "./markdown-parts.ts";
import { sayCount } from "./say.ts";

const DIFFERENCES_MAX = 3;

/** One block of lines each: the suite, then a table for each kind of finding. Only what was shown stands open. */
export function markdownComparison(comparison: Comparison, rowsMax: number): string[][] {
  const { suite, warnings, counts } = comparison;
  const head = [
    `### ${markdownText(comparisonTitle(comparison))}`,
    "",
    `**${markdownText(suite.sentence, 400)}**`,
    ...suiteRemarks(comparison).flatMap((remark) => ["", markdownText(remark, 600)]),
    ...warnings.flatMap(({ message }) => ["", `> ⚠️ ${markdownText(message, 400)}`]),
  ];
  const unchanged = counts.unchanged > 0 ? [[`${sayCount(counts.unchanged, "case")} unchanged.`]] : [];
  return [head, ...comparisonSections(comparison).map((section) => sectionLines(section, rowsMax)), ...unchanged];
}

function sectionLines({ title, tone, cases }: ComparisonSection, rowsMax: number): string[] {
  const rows = cases
    .slice(0, rowsMax)
    .map((one) => [markdownText(one.id, 120), markdownText(one.sentence), details(one)]);
  const rest = cases.length - rows.length;
  const lines = [
    ...(rows.length > 0 ? markdownTable(["Case", "Finding", "What differs"], rows) : []),
    ...(rest > 0 ? ["", `and ${sayCount(rest, "more case")} not shown`] : []),
  ];
  const heading = `${title} (${cases.length})`;
  return tone === "bad" || tone === "good" ? [`**${heading}**`, "", ...lines] : markdownDetails(heading, lines);
}

function details({ behaviour }: CaseComparison): string {
  const differences = behaviour?.differences ?? [];
  return differences
    .slice(0, DIFFERENCES_MAX)
    .map(({ text }) => markdownText(text))
    .join("<br>");
}
