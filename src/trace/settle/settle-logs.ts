import type { Feedback, ObservedSpan, RunEvent, TraceSummary } from "../../domain/index.ts";
import { AegisError, type Clock, type Id } from "../../kernel/index.ts";
import { readRun } from "../../log/index.ts";
import type { LogStore, TraceStore, UnsettledLog } from "../../store/index.ts";
import type { PriceTable } from "../../model/pricing/index.ts";
import { buildObservedLog } from "../observed-log/build-observed-log.ts";
import { takingTurns } from "./taking-turns.ts";

export type LogSettlerStore = LogStore &
  Pick<TraceStore, "listUnsettledLogs" | "noteSettledLogs" | "findTrace" | "readSpans" | "listFeedback" | "saveTraces">;

/** What lists know of a run whose log is at hand. Pure. */
export type ReadLog = (
  events: readonly RunEvent[],
  place: { readonly runId: Id<"run">; readonly feedback: readonly Feedback[] },
) => { readonly summary: TraceSummary; readonly words: string };

export interface LogSettlingOptions {
  readonly store: LogSettlerStore;
  readonly readLog: ReadLog;
  /** What a call costs whose span tells tokens but no cost. */
  readonly prices?: PriceTable;
}

interface Beside {
  readonly clock: Clock;
  readonly onFailure?: (error: unknown) => void;
}

/** Logs that are read and saved together. */
const BATCH = 100;

/**
 * Of runs that ended, trials, and runs of which people have said something since. A log that cannot be read is left as it
 * is: it would be tried for ever, before all others.
 *
 * @returns how many are settled
 */
export async function settleLogs(beside: Beside, options: LogSettlingOptions, signal?: AbortSignal): Promise<number> {
  const { store } = options;
  for (let count = 0; ;) {
    if (signal?.aborted === true) return count;
    const logs = await store.listUnsettledLogs(BATCH);
    if (logs.length === 0) return count;
    await store.saveTraces(await readAll(logs, { ...beside, ...options }));
    await store.noteSettledLogs(logs);
    count += logs.length;
  }
}

async function readAll(
  logs: readonly UnsettledLog[],
  options: LogSettlingOptions & Beside,
): Promise<ReturnType<ReadLog>[]> {
  const { store, clock, onFailure = () => {} } = options;
  const feedback = Map.groupBy(await store.listFeedback(logs.map(({ runId }) => runId)), ({ runId }) => runId);
  const fetched = await Promise.all(logs.map((log) => fetchOne(log, options)));
  const read: ReturnType<ReadLog>[] = [];
  const turn = takingTurns(clock, fetched.length);
  for (const each of fetched) {
    try {
      if (each !== undefined) read.push(...readOne(each, { ...options, feedback: feedback.get(each.runId) ?? [] }));
    } catch (error) {
      onFailure(error);
    }
    await turn();
  }
  return read;
}

interface FetchedLog {
  readonly runId: Id<"run">;
  /** What was said of it before. */
  readonly known: TraceSummary | undefined;
  /** None of a run that has a log of its own. */
  readonly spans: readonly ObservedSpan[];
  readonly events: readonly RunEvent[];
}

/** Undefined where the store cannot read what it holds. @throws {AegisError} where it cannot be asked */
async function fetchOne(
  { runId }: UnsettledLog,
  { store, onFailure = () => {} }: LogSettlingOptions & Beside,
): Promise<FetchedLog | undefined> {
  try {
    const known = await store.findTrace(runId);
    const spans = known?.traceId == null ? [] : await store.readSpans(known.traceId);
    return { runId, known, spans, events: spans.length > 0 ? [] : await readRun(store, runId) };
  } catch (error) {
    if (!(error instanceof AegisError) || error.code !== "store.corrupt") throw error;
    onFailure(error);
    return undefined;
  }
}

/** Nothing for a run without a log: it is gone, or is none that anybody keeps. */
function readOne(
  { runId, known, spans, events: own }: FetchedLog,
  { readLog, prices, feedback }: LogSettlingOptions & { readonly feedback: readonly Feedback[] },
): ReturnType<ReadLog>[] {
  const events = spans.length > 0 ? buildObservedLog(spans, prices && { prices }).events : own;
  if (events.length === 0) return [];
  const { summary, words } = readLog(events, { runId, feedback });
  const fromSpans = spans.length === 0 ? {} : { traceId: known?.traceId ?? null, spanCount: spans.length };
  // What a recording counted for the whole may not be in its events.
  const costMicroUsd = summary.costMicroUsd ?? known?.costMicroUsd ?? null;
  return [{ summary: { ...summary, ...fromSpans, costMicroUsd }, words }];
}
