import { countNoun, escapeTerminal } from "../../kernel/index.ts";
import { cutText, indented, padText, type Paint, paintWith } from "../../eval/report/index.ts";
import type { DimensionGap, GapReport, GapSide, TraceToPull, UncoveredCondition } from "./gap-report.ts";
import { sayShare } from "./say.ts";

export interface GapView {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

const NAME_WIDTH = 18;
const FIGURES_WIDTH = 32;
const CONDITIONS_MAX = 15;
const TRACES_MAX = 10;
const TEXT_WIDTH_MIN = 20;

/** The report as text for a terminal; nothing that comes from logs can act on it. */
export function renderGap(report: GapReport, { color, width }: GapView): string {
  const paint = paintWith(color);
  const sections = [
    heading(report, paint, width),
    dimensionTable(report.dimensions, paint, width),
    uncoveredSection(report, paint, width),
    traceSection(report.traces, paint, width),
    [
      paint.bold("What this cannot see"),
      ...report.limits.flatMap((limit) => indented(escapeTerminal(limit), width, 2)),
    ],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function heading({ evals, production, index }: GapReport, paint: Paint, width: number): string[] {
  const { value, interval, measuredShare, isDistinguishable } = index;
  const bounds = interval === null ? "" : ` (${interval.lower.toFixed(0)} to ${interval.upper.toFixed(0)})`;
  const share = measuredShare < 1 ? `, over ${sayShare(measuredShare)} of the weight` : "";
  const figure =
    value === null ? paint.yellow("Sim2real index: too little to tell") : `Sim2real index ${value.toFixed(0)}${bounds}`;
  const verdict = isDistinguishable
    ? paint.red("Evals and production differ beyond chance where marked *.")
    : value === null
      ? ""
      : paint.green("No dimension differs beyond chance.");
  return [
    paint.bold(figure) + share,
    ...(verdict === "" ? [] : [verdict]),
    ...indented(
      `100 is nothing beyond chance. ${saySide(evals)} of evals against ${saySide(production)} of production.`,
      width,
      0,
    ),
  ];
}

function saySide({ runCount, clusterCount }: GapSide): string {
  const of = clusterCount === runCount ? "" : ` (${countNoun(clusterCount, "case or session", "cases or sessions")})`;
  return `${countNoun(runCount, "run")}${of}`;
}

/** Those that differ first, the widest gap before the others; those that nothing tells last. */
function dimensionTable(dimensions: readonly DimensionGap[], paint: Paint, width: number): string[] {
  const rank = ({ status, isDistinguishable }: DimensionGap) =>
    isDistinguishable === true ? 0 : status === "measured" ? 1 : 2;
  const sorted = dimensions.toSorted(
    (left, right) => rank(left) - rank(right) || (right.excess ?? 0) - (left.excess ?? 0),
  );
  const alike = sorted.filter((gap) => gap.status === "measured" && gap.distance === 0);
  const silent = sorted.filter(({ status }) => status === "not told");
  const shown = sorted.filter((gap) => !alike.includes(gap) && !silent.includes(gap));
  const head = `${padText("dimension", NAME_WIDTH)}  ${padText("distance  interval      chance", FIGURES_WIDTH)}`;
  return [
    paint.dim(withDifference(head, "evals -> production", width)[0]!),
    ...shown.flatMap((gap) => dimensionLines(gap, paint, width)),
    ...listed("the same on both sides", alike, width),
    ...listed("not told", silent, width),
  ];
}

/** Beside the figures where there is room, else below them. */
function withDifference(figures: string, difference: string, width: number): string[] {
  const room = width - NAME_WIDTH - FIGURES_WIDTH - 4;
  if (room >= TEXT_WIDTH_MIN) return [`${figures}  ${cutText(difference, room)}`.trimEnd()];
  return [figures.trimEnd(), ...(difference === "" ? [] : [`  ${cutText(difference, width - 2)}`])];
}

function listed(words: string, dimensions: readonly DimensionGap[], width: number): string[] {
  if (dimensions.length === 0) return [];
  return indented(`${words}: ${dimensions.map(({ name }) => name).join(", ")}`, width, 0);
}

function dimensionLines(gap: DimensionGap, paint: Paint, width: number): string[] {
  const { name, isDistinguishable, difference } = gap;
  const lines = withDifference(`${padText(name, NAME_WIDTH)}  ${figuresOf(gap)}`, escapeTerminal(difference), width);
  return isDistinguishable === true ? lines.map((line) => paint.red(line)) : lines;
}

function figuresOf({ status, distance, interval, expected, isDistinguishable }: DimensionGap): string {
  if (status === "too few") return padText("too few runs to tell", FIGURES_WIDTH);
  const bounds = interval === null ? "unknown" : `${interval.lower.toFixed(2)} to ${interval.upper.toFixed(2)}`;
  const mark = isDistinguishable === true ? "*" : "";
  return padText(
    `${padText(say(distance), 8)}  ${padText(bounds, 12)}  ${padText(say(expected), 6)}${mark}`,
    FIGURES_WIDTH,
  );
}

function say(value: number | null): string {
  return value === null ? "-" : value.toFixed(2);
}

function uncoveredSection({ uncovered, conditionCount }: GapReport, paint: Paint, width: number): string[] {
  if (uncovered.length === 0) {
    return [paint.green(`Production shows ${countNoun(conditionCount, "condition")}, and each is in some eval run.`)];
  }
  const more = uncovered.length - CONDITIONS_MAX;
  return [
    paint.bold(`In no eval run: ${uncovered.length} of ${countNoun(conditionCount, "condition")} of production`),
    ...uncovered.slice(0, CONDITIONS_MAX).map((each) => conditionLine(each, width)),
    ...(more > 0 ? [`  and ${more} more: see --json`] : []),
  ];
}

function conditionLine({ condition, share, interval, runCount }: UncoveredCondition, width: number): string {
  const bounds = `${sayShare(interval.lower)} to ${sayShare(interval.upper)}`;
  const figures = `${sayShare(share).padStart(5)}  ${padText(`(${bounds})`, 16)}  ${countNoun(runCount, "run").padStart(10)}`;
  return cutText(`  ${figures}  ${escapeTerminal(condition)}`, width);
}

function traceSection(traces: readonly TraceToPull[], paint: Paint, width: number): string[] {
  if (traces.length === 0) return [];
  const more = traces.length - TRACES_MAX;
  return [
    paint.bold("Traces to make cases of, few for many conditions"),
    ...traces
      .slice(0, TRACES_MAX)
      .flatMap(({ conditions, next }) => [
        `  ${escapeTerminal(next)}`,
        ...indented(escapeTerminal(listSome(conditions)), width, 4),
      ]),
    ...(more > 0 ? [`  and ${more} more: see --json`] : []),
  ];
}

const LISTED_MAX = 4;

function listSome(conditions: readonly string[]): string {
  const more = conditions.length - LISTED_MAX;
  return `${conditions.slice(0, LISTED_MAX).join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
}
