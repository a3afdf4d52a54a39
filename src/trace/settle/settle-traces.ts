import type { Feedback, ObservedSpan, TraceSummary } from "../../domain/index.ts";
import type { Clock, Id } from "../../kernel/index.ts";
import type { TraceStore, UnsettledTrace } from "../../store/index.ts";
import { bareSummary } from "./bare-summary.ts";
import { takingTurns } from "./taking-turns.ts";

/** Reads the log of a trace once: what lists know of it, and the text it is found by. Pure. */
export type ReadTrace = (trace: {
  readonly traceId: string;
  readonly runId: Id<"run">;
  readonly spans: readonly ObservedSpan[];
  /** What people have said of it so far. */
  readonly feedback: readonly Feedback[];
}) => { readonly summary: TraceSummary; readonly words: string };

export interface TraceSettlingOptions {
  readonly store: Pick<TraceStore, "readUnsettled" | "saveTraces" | "listFeedback">;
  readonly readTrace: ReadTrace;
  readonly clock: Clock;
  /** Told of traces that could not be read, and of a store that could not be asked. Work goes on. */
  readonly onFailure?: (error: unknown) => void;
}

type Settled = Parameters<TraceStore["saveTraces"]>[0][number];

/** @returns how many were saved */
export async function settleTraces(options: TraceSettlingOptions, traces: readonly UnsettledTrace[]): Promise<number> {
  const feedback = Map.groupBy(await feedbackOf(options, traces), ({ runId }) => runId);
  const reads = traces.map((trace) => readSpans(options, trace));
  const settled: Settled[] = [];
  const turn = takingTurns(options.clock, traces.length);
  for (const [index, trace] of traces.entries()) {
    const said = feedback.get(trace.runId) ?? [];
    settled.push(settledOf(options, trace, { spans: await reads[index]!, feedback: said }));
    await turn();
  }
  return save(options, settled);
}

async function feedbackOf(
  { store, onFailure = () => {} }: TraceSettlingOptions,
  traces: readonly UnsettledTrace[],
): Promise<readonly Feedback[]> {
  if (traces.length === 0) return [];
  return store.listFeedback(traces.map(({ runId }) => runId)).catch((error: unknown) => (onFailure(error), []));
}

/** Undefined where the store cannot read what it holds. */
async function readSpans(
  { store, onFailure = () => {} }: TraceSettlingOptions,
  trace: UnsettledTrace,
): Promise<readonly ObservedSpan[] | undefined> {
  try {
    return await store.readUnsettled(trace);
  } catch (error) {
    onFailure(error);
    return undefined;
  }
}

/** A trace that cannot be read is settled as well, or it would be tried for ever, before all others. */
function settledOf(
  { readTrace, clock, onFailure = () => {} }: TraceSettlingOptions,
  trace: UnsettledTrace,
  { spans, feedback }: { readonly spans: readonly ObservedSpan[] | undefined; readonly feedback: readonly Feedback[] },
): Settled {
  const { traceId, runId, lastPart } = trace;
  try {
    if (spans !== undefined) return { ...readTrace({ traceId, runId, spans, feedback }), lastPart };
  } catch (error) {
    onFailure(error);
  }
  return bareOf({ trace, spans: spans ?? [], nowMs: clock.nowMs() });
}

function bareOf(known: Parameters<typeof bareSummary>[0]): Settled {
  return { summary: bareSummary(known), words: "", lastPart: known.trace.lastPart };
}

/** One that the store refuses does not hold up the others. */
async function save(options: TraceSettlingOptions, settled: readonly Settled[]): Promise<number> {
  const { store, clock, onFailure = () => {} } = options;
  try {
    await store.saveTraces(settled);
    return settled.length;
  } catch (error) {
    if (settled.length > 1) {
      let count = 0;
      for (const one of settled) count += await save(options, [one]);
      return count;
    }
    onFailure(error);
    const [{ summary, lastPart = 0 } = {}] = settled;
    if (summary?.traceId == null || isBare(summary)) return 0;
    const trace = { traceId: summary.traceId, runId: summary.runId, lastPart };
    return save(options, [bareOf({ trace, spans: [], nowMs: clock.nowMs() })]);
  }
}

function isBare(summary: TraceSummary): boolean {
  return summary.findings.some(({ detector }) => detector === "trace-not-read");
}
