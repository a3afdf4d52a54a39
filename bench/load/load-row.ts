import type { Figure } from "../figure.ts";
import type { LoadReport } from "./generate-load.ts";

/** One server under one load. */
export interface LoadRow {
  readonly server: string;
  readonly sessions: number;
  readonly tokens: number;
  readonly spreadMs: number;
  readonly report: LoadReport;
  readonly rssMaxMb?: number;
  readonly cpuMs?: number;
}

/**
 * What is promised on two processors that the load shares, for sessions that arrive over some seconds. The peers' figures
 * it was set by come from spread arrivals too: where 1,000 connect at once, the moment of connecting alone takes a server
 * that keeps nothing 61 to 101 ms, and what shows is the queue in front of the processor. Bursts promise no error.
 */
const TARGETS = { sessions: 1_000, firstEventP50Ms: 20, firstEventP99Ms: 250, lagP99Ms: 40, rssMb: 400 };
/** On a busy machine only what is broken shows: a lag of 40 tokens, twice the memory. */
const BOUNDS = { lagTokens: 40, rssRatio: 2 };

interface Column {
  readonly what: string;
  readonly unit: Figure["unit"];
  readonly valueOf: (row: LoadRow) => number | undefined;
  readonly target?: number;
}

const COLUMNS: readonly Column[] = [
  {
    what: "first event p50",
    unit: "ms",
    valueOf: ({ report }) => report.firstEventMs.p50,
    target: TARGETS.firstEventP50Ms,
  },
  {
    what: "first event p99",
    unit: "ms",
    valueOf: ({ report }) => report.firstEventMs.p99,
    target: TARGETS.firstEventP99Ms,
  },
  { what: "first token p99", unit: "ms", valueOf: ({ report }) => report.firstTokenMs.p99 },
  { what: "lag p50", unit: "ms", valueOf: ({ report }) => report.lagMs.p50 },
  { what: "lag p99", unit: "ms", valueOf: ({ report }) => report.lagMs.p99, target: TARGETS.lagP99Ms },
  { what: "most memory", unit: "MB", valueOf: ({ rssMaxMb }) => rssMaxMb, target: TARGETS.rssMb },
];

/** Our row as figures, the others beside it. */
export function figuresOfLoad(ours: LoadRow, beside: readonly LoadRow[]): Figure[] {
  const measured = COLUMNS.flatMap((column) => figureOf(column, ours, beside));
  return [errorFigure(ours, beside), ...measured];
}

/** Errors are none, however busy the machine: a session with a lost, repeated or disordered token is one. */
function errorFigure(ours: LoadRow, beside: readonly LoadRow[]): Figure {
  const countOf = ({ report }: LoadRow) => report.errorCount;
  return {
    what: `${titleOf(ours)}: sessions in error`,
    value: countOf(ours),
    unit: "",
    target: 0,
    bound: { of: "all sessions", ratio: countOf(ours) / ours.sessions, ratioMax: 0 },
    peers: beside.map((row) => ({ name: row.server, value: countOf(row) })),
  };
}

function figureOf(column: Column, ours: LoadRow, beside: readonly LoadRow[]): Figure[] {
  const { what, unit, valueOf, target } = column;
  const value = valueOf(ours);
  if (value === undefined) return [];
  const bound = boundOf(column, ours, value);
  const peers = beside.flatMap((row) => {
    const other = valueOf(row);
    return other === undefined ? [] : [{ name: row.server, value: other }];
  });
  const isHeld = target !== undefined && ours.sessions === TARGETS.sessions && ours.spreadMs > 0;
  return [
    { what: `${titleOf(ours)}: ${what}`, value, unit, peers, ...(isHeld && { target }), ...(bound && { bound }) },
  ];
}

function boundOf({ what, unit }: Column, { sessions, spreadMs }: LoadRow, value: number): Figure["bound"] {
  if (sessions > TARGETS.sessions || spreadMs > 0) return undefined;
  if (what === "lag p99") return { of: "the time between tokens", ratio: value / 50, ratioMax: BOUNDS.lagTokens };
  if (unit === "MB") return { of: `${TARGETS.rssMb} MB`, ratio: value / TARGETS.rssMb, ratioMax: BOUNDS.rssRatio };
  return undefined;
}

function titleOf({ sessions, spreadMs }: LoadRow): string {
  return `${sessions} sessions${spreadMs > 0 ? ` over ${spreadMs / 1_000} s` : ""}`;
}

/** Everything about a row in one line, told as it comes. */
export function shownRow(row: LoadRow): string {
  const { server, report, rssMaxMb, cpuMs } = row;
  const { sessionMs, firstEventMs, firstTokenMs, lagMs, wallMs } = report;
  const shown = ({ p50, p99, max }: LoadReport["lagMs"]) => [p50, p99, max].map((ms) => ms.toFixed(1)).join("/");
  const share = (ms: number | undefined) => (ms === undefined ? "?" : `${Math.round((100 * ms) / wallMs)} %`);
  return [
    `${server}, ${titleOf(row)}: errors ${report.errorCount}${report.errorCount > 0 ? ` ${JSON.stringify(report.errors)}` : ""}`,
    `missing ${report.missingCount}, repeated ${report.repeatedCount}`,
    `ms p50/p99/max: session ${shown(sessionMs)}, first event ${shown(firstEventMs)}, first token ${shown(firstTokenMs)}, lag ${shown(lagMs)}`,
    `RSS ${rssMaxMb?.toFixed(0) ?? "?"} MB, processor: server ${share(cpuMs)}, load ${share(report.cpuMs)}, ${(wallMs / 1_000).toFixed(1)} s`,
  ].join("; ");
}
