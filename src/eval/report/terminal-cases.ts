import { escapeTerminal } from "../../kernel/index.ts";
import type { CaseSummary } from "../summary/run-summary.ts";
import { caseReason } from "./case-reason.ts";
import { cutText, padText, textWidth } from "./fit-text.ts";
import type { Paint } from "./paint.ts";
import { sayCount } from "./say.ts";

export interface Canvas {
  readonly paint: Paint;
  readonly columns: number;
}

/** With more cases than this, those that passed every trial are counted instead of listed. */
const ALL_LISTED_MAX = 40;
const ID_WIDTH_MAX = 40;
/** Mark, count, bar and the beginning of a reason. */
const COLUMNS_FOR_REST = 40;
const BAR_WIDTH = 10;

/** One line for each case: mark, id, passes, interval, top reason. */
export function terminalCases(cases: readonly CaseSummary[], canvas: Canvas): string[] {
  const isPlain = ({ isPass, passed, total, voids }: CaseSummary) => isPass && passed === total && voids === 0;
  const listed = cases.length > ALL_LISTED_MAX ? cases.filter((one) => !isPlain(one)) : cases;
  const rest = cases.length - listed.length;
  const idWidth = listed.reduce((most, { id }) => Math.max(most, textWidth(escapeTerminal(id))), 4);
  const countWidth = listed.reduce((most, { passed, total }) => Math.max(most, `${passed}/${total}`.length), 3);
  const idWidthMax = Math.min(ID_WIDTH_MAX, canvas.columns - COLUMNS_FOR_REST);
  const widths = { id: Math.min(idWidth, idWidthMax), count: countWidth };
  const lines = listed.map((one) => caseLine(one, widths, canvas));
  if (rest > 0) lines.push(canvas.paint.dim(`  ${sayCount(rest, "more case")} passed in every trial`));
  return lines;
}

function caseLine(one: CaseSummary, widths: { id: number; count: number }, { paint, columns }: Canvas): string {
  const count = `${one.passed}/${one.total}`.padStart(widths.count);
  const paintOf = one.status === "passed" ? paint.green : one.status === "failed" ? paint.red : paint.yellow;
  const flaky = one.isFlaky ? "flaky" : "     ";
  const used = 2 + 2 + widths.id + 2 + widths.count + 2 + BAR_WIDTH + 2 + flaky.length + 2;
  const reason = cutText(escapeTerminal(caseReason(one)), columns - used);
  const id = padText(escapeTerminal(one.id), widths.id);
  const line = `  ${paintOf(mark(one))} ${id}  ${count}  ${paint.dim(intervalBar(one))}  ${paint.yellow(flaky)}  ${paint.dim(reason)}`;
  return line.trimEnd();
}

function mark({ status }: CaseSummary): string {
  return status === "passed" ? "✓" : status === "failed" ? "✗" : "?";
}

/** From 0 to 100 %: the pass rate, and the range in which the true one lies with 95 %. */
export function intervalBar({ passRate, interval }: Pick<CaseSummary, "passRate" | "interval">): string {
  if (passRate === null || interval === null) return " ".repeat(BAR_WIDTH);
  const cell = (share: number) => Math.min(BAR_WIDTH - 1, Math.floor(share * BAR_WIDTH));
  const [from, to, at] = [cell(interval.lower), cell(interval.upper), cell(passRate)];
  return Array.from({ length: BAR_WIDTH }, (_, index) =>
    index === at ? "●" : index >= from && index <= to ? "─" : "·",
  ).join("");
}
