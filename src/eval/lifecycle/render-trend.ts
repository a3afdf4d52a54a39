import { escapeTerminal } from "../../kernel/index.ts";
import { cutText, indented, padText, textWidth } from "../report/fit-text.ts";
import { type Paint, paintWith } from "../report/paint.ts";
import { sayCount, sayPercent } from "../report/say.ts";
import { leftOutLines } from "./left-out-lines.ts";
import { tableLines } from "./table-lines.ts";
import type { TrendGroup, TrendReport, TrendStep } from "./trend-report.ts";

export interface RenderOptions {
  readonly color: boolean;
  /** Columns; 100 unless given. */
  readonly width?: number;
}

const LABEL_WIDTH_MAX = 30;
const BAR_WIDTH_MAX = 60;
const BAR_WIDTH_MIN = 20;

/** A trend as a plot and a table for a terminal. Every text from outside is escaped before it is laid out. */
export function renderTrend(trend: TrendReport, { color, width = 100 }: RenderOptions): string {
  const columns = Math.max(60, width);
  const paint = paintWith(color);
  const { groups } = trend;
  const isCommon = trend.commonCaseCount > 0;
  const title = `  ${escapeTerminal(trend.suite)} by ${trend.by}, ${sayCount(groups.length, "group")}`;
  const over = isCommon
    ? `Pass rate on the ${sayCount(trend.commonCaseCount, "case")} that all were asked, with its 95 % interval`
    : "Pass rate over all cases of each, with its 95 % interval: no case was asked in the same way by all";
  const lines = [
    `${paint.bold("trend")}${cutText(title, columns - 5)}`,
    "",
    ...indented(over, columns, 2),
    ...plotLines(groups, { isCommon, columns, paint }),
    "",
    ...tableOf(trend, columns).map((line, index) => (index === 0 ? paint.dim(line) : line)),
    "",
    ...trend.statements.flatMap((statement) => indented(escapeTerminal(statement), columns, 2)),
    ...leftOutLines(trend.leftOut, columns).map(paint.dim),
  ];
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

interface Layout {
  readonly isCommon: boolean;
  readonly columns: number;
  readonly paint: Paint;
}

function plotLines(groups: readonly TrendGroup[], { isCommon, columns, paint }: Layout): string[] {
  const labels = groups.map(({ label }) => escapeTerminal(label));
  const labelWidth = Math.min(
    LABEL_WIDTH_MAX,
    Math.floor(columns / 3),
    labels.reduce((most, label) => Math.max(most, textWidth(label)), 5),
  );
  const barWidth = Math.min(BAR_WIDTH_MAX, Math.max(BAR_WIDTH_MIN, columns - labelWidth - 14));
  const gap = " ".repeat(barWidth - "0 %".length - "100 %".length);
  return [
    paint.dim(`  ${" ".repeat(labelWidth)}  0 %${gap}100 %`),
    ...groups.map((group, index) => {
      const rate = isCommon ? group.common : group.all;
      const told = sayPercent(rate?.rate).padStart(7);
      return `  ${padText(labels[index]!, labelWidth)}  ${rate ? bar(rate, barWidth) : " ".repeat(barWidth)}  ${told}`;
    }),
  ];
}

/** "[" and "]" at the ends of the interval, "o" at the rate. */
function bar(
  { rate, lower, upper }: { readonly rate: number; readonly lower: number; readonly upper: number },
  width: number,
): string {
  const cell = (share: number) => Math.min(width - 1, Math.round(share * (width - 1)));
  return Array.from({ length: width }, (_, index) => {
    if (index === cell(rate)) return "o";
    if (index === cell(lower)) return "[";
    if (index === cell(upper)) return "]";
    return index > cell(lower) && index < cell(upper) ? "-" : ".";
  }).join("");
}

/** Columns that are left out where the terminal is narrow, the first ones first. */
const DROPPED = ["RUNS", "TRIALS", "ALL CASES", "SUITE'S OWN"];

function tableOf({ groups, steps, by }: TrendReport, columns: number): string[] {
  const head = [by.toUpperCase(), "RUNS", "CASES", "TRIALS", "ALL CASES", "SAME CASES AS BEFORE", "SUITE'S OWN"];
  const rows = groups.map((group, index) => {
    const step = steps[index - 1];
    return [
      escapeTerminal(group.label),
      String(group.runs.length),
      String(group.caseCount),
      String(group.trialCount),
      group.all ? `${sayPercent(group.all.rate)} (${whole(group.all.lower)} to ${whole(group.all.upper)})` : "-",
      step ? stepCell(step) : "-",
      step?.suiteShare == null ? "-" : points(step.suiteShare),
    ];
  });
  let table = [head, ...rows];
  for (const name of DROPPED) {
    if (isNarrowerThan(table, columns)) break;
    const place = table[0]!.indexOf(name);
    table = table.map((row) => row.toSpliced(place, 1));
  }
  return tableLines(table, columns);
}

function isNarrowerThan(rows: readonly (readonly string[])[], columns: number): boolean {
  return tableLines(rows, Number.MAX_SAFE_INTEGER).every((line) => textWidth(line) <= columns);
}

function stepCell({ difference, sharedCaseCount, verdict }: TrendStep): string {
  if (!difference) return "no shared case";
  const { mean, lower, upper } = difference;
  const mark = verdict === "better" || verdict === "worse" ? ` ${verdict}` : "";
  return `${points(mean)} (${points(lower)} to ${points(upper)}) of ${sharedCaseCount}${mark}`;
}

function whole(share: number): string {
  return (share * 100).toFixed(0);
}

function points(share: number): string {
  const text = (share * 100).toFixed(1);
  return Number(text) === 0 ? "0.0" : share > 0 ? `+${text}` : text;
}
