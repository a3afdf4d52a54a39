import { escapeTerminal } from "../../kernel/index.ts";
import type { Comparison } from "../compare/comparison.ts";
import { type ComparisonSection, comparisonSections, comparisonTitle, suiteRemarks } from "./comparison-sections.ts";
import { cutText, indented } from "./fit-text.ts";
import type { Canvas } from "./terminal-cases.ts";
import { sayCount } from "./say.ts";

const SHOWN_CASES_MAX = 20;
/** Of what is not sure, a few stand for the rest. */
const OPEN_CASES_MAX = 8;
const DIFFERENCES_MAX = 3;

/** What changed against the baseline: the suite first, then the cases by what was found. */
export function terminalComparison(comparison: Comparison, canvas: Canvas, casesMax?: number): string[] {
  const { paint, columns } = canvas;
  const { suite, counts, warnings } = comparison;
  const tone =
    suite.verdict === "regressed" ? paint.red : suite.verdict === "improved" ? paint.green : (text: string) => text;
  const title = cutText(escapeTerminal(comparisonTitle(comparison)), columns);
  return [
    paint.bold(title),
    ...indented(escapeTerminal(suite.sentence), columns, 2).map(tone),
    ...suiteRemarks(comparison).flatMap((remark) => indented(escapeTerminal(remark), columns, 2)),
    ...warnings.flatMap(({ message }) => indented(`! ${escapeTerminal(message)}`, columns, 2).map(paint.yellow)),
    ...comparisonSections(comparison).flatMap((section) => sectionLines(section, canvas, casesMax)),
    ...(counts.unchanged > 0 ? [paint.dim(`  ${sayCount(counts.unchanged, "case")} unchanged`)] : []),
  ];
}

function sectionLines({ title, tone, cases }: ComparisonSection, { paint, columns }: Canvas, limit?: number): string[] {
  const paintOf = { bad: paint.red, good: paint.green, open: paint.yellow, plain: paint.dim }[tone];
  const casesMax = limit ?? (tone === "bad" || tone === "good" ? SHOWN_CASES_MAX : OPEN_CASES_MAX);
  const lines = [`  ${paintOf(title)} (${cases.length})`];
  for (const { id, sentence, behaviour } of cases.slice(0, casesMax)) {
    lines.push(...indented(escapeTerminal(`${id}: ${sentence}`), columns, 4));
    for (const { text } of (behaviour?.differences ?? []).slice(0, DIFFERENCES_MAX)) {
      lines.push(paint.dim(`      ${cutText(escapeTerminal(text), columns - 6)}`));
    }
  }
  if (cases.length > casesMax) lines.push(paint.dim(`    and ${cases.length - casesMax} more`));
  return lines;
}
