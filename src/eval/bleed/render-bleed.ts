import { escapeTerminal } from "../../kernel/index.ts";
import { cutText, padText } from "../report/fit-text.ts";
import { type Paint, paintWith } from "../report/paint.ts";
import type { BleedReport, CaseBleed, PassRate, Travelled } from "./bleed-report.ts";

const NAME_WIDTH = 34;
const RATE_WIDTH = 26;
const TRAVELLED_MAX = 15;

/** The report as text for a terminal. */
export function renderBleed(report: BleedReport, { color }: { readonly color: boolean }): string {
  const paint = paintWith(color);
  const { clean, shared, sharedByOrder, travelled } = report;
  const more = travelled.length - TRAVELLED_MAX;
  const lines = [
    paint.bold(`${escapeTerminal(report.suite)}: state between trials`),
    "",
    row("", ["shared state", "clean worlds"]),
    row("all cases", [sayRate(shared), sayRate(clean)]),
    ...sharedByOrder.map((rate, index) => row(`  order ${index + 1}`, [sayRate(rate)])),
    "",
    ...report.cases.map((each) => caseLine(each, paint)),
    "",
    paint.bold("What trials found that an earlier one had left"),
    ...(travelled.length === 0 ? ["  nothing: no file, row, variable, global or process travelled"] : []),
    ...travelled.slice(0, TRAVELLED_MAX).map(travelledLine),
    ...(more > 0 ? [`  and ${more} more: see --json`] : []),
    "",
    verdictLine(report, paint),
  ];
  return `${lines.join("\n")}\n`;
}

function row(name: string, cells: readonly string[]): string {
  return `${padText(name, NAME_WIDTH)}${cells.map((cell) => padText(cell, RATE_WIDTH)).join("")}`.trimEnd();
}

function caseLine({ caseId, shared, clean, pValue, isChanged }: CaseBleed, paint: Paint): string {
  const line = row(cutText(escapeTerminal(caseId), NAME_WIDTH - 2), [sayRate(shared), sayRate(clean)]);
  if (pValue === null) return `${line}  ${paint.yellow("not measured")}`;
  return isChanged ? `${line}  ${paint.red(`changed, p ${pValue.toFixed(4)}`)}` : line;
}

function travelledLine({ kind, what, leftBy, foundBy }: Travelled): string {
  const found = foundBy.length === 1 ? `found by ${foundBy[0]}` : `found by ${foundBy.length} cases`;
  return escapeTerminal(`  ${kind} ${what}: left by ${leftBy}, ${found}`);
}

function sayRate({ passed, total, interval }: PassRate): string {
  if (total === 0) return "no scored trial";
  const percent = (share: number) => (share * 100).toFixed(0);
  return `${percent(passed / total)} % (${percent(interval.lower)} to ${percent(interval.upper)})`;
}

function verdictLine(report: BleedReport, paint: Paint): string {
  const { shared, clean, cases, isChanged, pValue } = report;
  if (!isChanged) return paint.green("Nothing changed that chance would not: the results do not rest on shared state.");
  const changed = cases.filter((each) => each.isChanged);
  const drop = Math.round((rate(shared) - rate(clean)) * 100);
  const direction = drop >= 0 ? `${drop} points too high` : `${-drop} points too low`;
  const over = pValue === null ? "" : `, p ${pValue.toFixed(4)} over all cases`;
  const named = changed.length === 0 ? "" : ` ${changed.length} of ${cases.length} cases changed by themselves.`;
  return paint.red(`In shared state the suite reads ${direction}${over}.${named}`);
}

function rate({ passed, total }: PassRate): number {
  return total === 0 ? 0 : passed / total;
}
