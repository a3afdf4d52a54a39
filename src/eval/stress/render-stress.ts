import { escapeTerminal } from "../../kernel/index.ts";
import { cutText, indented, padText, textWidth } from "../report/fit-text.ts";
import { type Paint, paintWith } from "../report/paint.ts";
import { sayCount, sayNumber, sayPercent } from "../report/say.ts";
import { sayP } from "../compare/say-number.ts";
import type { ConditionSummary, LevelSummary, StressedCase, StressSummary } from "./stress-summary.ts";

export interface StressRenderOptions {
  readonly color: boolean;
  /** Columns; 100 unless given. */
  readonly width?: number;
}

const WIDTH_MIN = 60;
const WIDTH_MAX = 200;
const NAME_WIDTH_MAX = 34;
const CASES_SHOWN_MAX = 12;
/** Mark, gaps, rate, and the change in words. */
const COLUMNS_FOR_REST = 64;

/** The plot and the table of a stressed suite for a terminal. Every text from outside is escaped before it is laid out. */
export function renderStress(summary: StressSummary, { color, width = 100 }: StressRenderOptions): string {
  const columns = Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, width));
  const paint = paintWith(color);
  const rows = summary.conditions.flatMap((condition) => condition.levels.map((level) => ({ condition, level })));
  const nameWidth = Math.min(
    NAME_WIDTH_MAX,
    rows.reduce((most, { condition, level }) => Math.max(most, textWidth(rowName(condition, level))), 11),
  );
  const barWidth = Math.max(10, Math.min(40, columns - nameWidth - COLUMNS_FOR_REST));
  const layout = { nameWidth, barWidth, columns, paint };
  const lines = [
    header(summary, layout),
    "",
    scale(layout),
    plotLine({ mark: " ", name: "undisturbed", level: undisturbedLevel(summary) }, layout),
    ...rows.map(({ condition, level }) => levelLine(condition, level, layout)),
    "",
    paint.bold("Where it begins to fail"),
    ...summary.conditions.flatMap((condition) =>
      indented(`${conditionName(condition)}: ${condition.boundary.sentence}`, columns, 2),
    ),
    ...caseLines(summary, layout),
    ...remarks(summary, layout),
  ];
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

interface Layout {
  readonly nameWidth: number;
  readonly barWidth: number;
  readonly columns: number;
  readonly paint: Paint;
}

type Plotted = Pick<LevelSummary, "stressed" | "undisturbed" | "difference" | "pValue" | "verdict">;

function header({ undisturbed, conditions }: StressSummary, { columns, paint }: Layout): string {
  const rate = undisturbed
    ? `${sayPercent(undisturbed.rate)} undisturbed (95 % interval ${sayPercent(undisturbed.lower)} to ${sayPercent(undisturbed.upper)}, ${sayCount(undisturbed.caseCount, "case")})`
    : "nothing was scored undisturbed";
  return `${paint.bold("stress")}${cutText(`  ${sayCount(conditions.length, "condition")}  ${rate}`, columns - 6)}`;
}

function scale({ nameWidth, barWidth, paint }: Layout): string {
  const gap = " ".repeat(Math.max(1, barWidth - "0 %".length - "100 %".length));
  return paint.dim(`    ${" ".repeat(nameWidth)}  0 %${gap}100 %`);
}

function undisturbedLevel({ undisturbed }: StressSummary): Plotted {
  return { stressed: undisturbed, undisturbed: null, difference: null, pValue: null, verdict: "no difference shown" };
}

function levelLine(condition: ConditionSummary, level: LevelSummary, layout: Layout): string {
  const marks = {
    worse: "✗",
    "worse in cases": "✗",
    better: "✓",
    "no difference shown": "·",
    "not measured": "?",
  } as const;
  return plotLine({ mark: marks[level.verdict], name: rowName(condition, level), level }, layout);
}

function plotLine(
  { mark, name, level }: { readonly mark: string; readonly name: string; readonly level: Plotted },
  { nameWidth, barWidth, columns, paint }: Layout,
): string {
  const isBad = level.verdict === "worse" || level.verdict === "worse in cases";
  const tone = isBad ? paint.red : level.verdict === "better" ? paint.green : paint.dim;
  const rate = (level.stressed ? sayPercent(level.stressed.rate) : "-").padStart(7);
  const used = 4 + nameWidth + 2 + barWidth + 2 + 7 + 2;
  const rest = cutText(changeText(level), columns - used);
  return `  ${tone(mark)} ${padText(name, nameWidth)}  ${tone(bar(level, barWidth))}  ${rate}  ${isBad ? paint.red(rest) : paint.dim(rest)}`;
}

/** "█" up to the pass rate, "░" up to where the true one may lie, "│" where it lies undisturbed. */
function bar({ stressed, undisturbed }: Plotted, width: number): string {
  if (!stressed) return " ".repeat(width);
  const cells = (share: number) => Math.round(share * width);
  const marker = undisturbed ? Math.min(width - 1, cells(undisturbed.rate)) : -1;
  return Array.from({ length: width }, (_, index) => {
    if (index < cells(stressed.rate)) return "█";
    if (index === marker) return "│";
    return index < cells(stressed.upper) ? "░" : "·";
  }).join("");
}

function changeText({ difference, pValue, verdict }: Plotted): string {
  if (!difference || pValue === null) return verdict === "not measured" ? "not measured" : "";
  const points = (share: number) => `${share > 0 ? "+" : ""}${(share * 100).toFixed(0)}`;
  const change = `${points(difference.mean)} points (${points(difference.lower)} to ${points(difference.upper)})`;
  return verdict === "no difference shown" ? change : `${change}, ${verdict}, ${sayP(pValue)}`;
}

function rowName(condition: ConditionSummary, { level }: LevelSummary): string {
  const amount = level === null ? "" : ` ${sayLevel(level)}${condition.unit === null ? "" : ` ${condition.unit}`}`;
  return `${conditionName(condition)}${amount}`;
}

function sayLevel(level: number): string {
  return Number.isInteger(level) ? sayNumber(level) : String(level);
}

function conditionName({ condition, label }: Pick<ConditionSummary, "condition" | "label">): string {
  return escapeTerminal(label === null ? condition : `${condition}:${label}`);
}

function caseLines({ conditions }: StressSummary, { columns, paint }: Layout): string[] {
  const fallen = conditions.flatMap(({ levels }) => levels.flatMap(({ cases }) => cases)).filter(isFallen);
  if (fallen.length === 0) return [];
  const ranked = fallen.toSorted((left, right) => drop(right) - drop(left));
  const shown = ranked.slice(0, CASES_SHOWN_MAX).map((one) => {
    const tone = one.rates?.finding === "worse" ? paint.red : paint.yellow;
    const counts = `${one.undisturbed.passed}/${one.undisturbed.total} → ${one.stressed.passed}/${one.stressed.total}`;
    const finding = one.rates?.finding === "worse" ? `  shown, ${sayP(one.rates.pWorse)}` : "";
    const id = cutText(escapeTerminal(one.stressedId), columns - 4 - counts.length - finding.length);
    return `  ${tone(counts)}  ${id}${paint.dim(finding)}`;
  });
  const rest = ranked.length - shown.length;
  return ["", paint.bold("Cases that fell most"), ...shown, ...(rest > 0 ? [paint.dim(`  and ${rest} more`)] : [])];
}

function isFallen({ rates, undisturbed, stressed }: StressedCase): boolean {
  return rates !== null && stressed.passed / stressed.total < undisturbed.passed / undisturbed.total;
}

function drop({ undisturbed, stressed }: StressedCase): number {
  return undisturbed.passed / undisturbed.total - stressed.passed / stressed.total;
}

function remarks({ conditions, withoutBase }: StressSummary, { columns, paint }: Layout): string[] {
  const voids = conditions.flatMap(({ levels }) => levels).reduce((sum, level) => sum + level.voids, 0);
  const lines = [
    ...(voids > 0
      ? [
          `${sayCount(voids, "trial")} under a condition could not be measured and ${voids === 1 ? "is" : "are"} left out`,
        ]
      : []),
    ...(withoutBase.length > 0
      ? [
          `${sayCount(withoutBase.length, "case")} under a condition ${withoutBase.length === 1 ? "has" : "have"} no scored undisturbed trial to be held against`,
        ]
      : []),
  ];
  return lines.length === 0 ? [] : ["", ...lines.flatMap((line) => indented(line, columns, 2)).map(paint.yellow)];
}
