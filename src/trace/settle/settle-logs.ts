import type { Feedback, RunEvent, TraceSummary } from "../../domain/index.ts";
import type { Id } from "../../kernel/index.ts";
import { readRun } from "../../log/index.ts";
import type { LogStore, TraceStore, UnsettledLog } from "../../store/index.ts";
import type { PriceTable } from "../../model/pricing/index.ts";
import { buildObservedLog } from "../observed-log/build-observed-log.ts";

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

/** Logs that are read and saved together. */
const BATCH = 100;

/** Of runs that ended, trials, and runs of which people have said something since. @returns how many are settled */
export async function settleLogs(options: LogSettlingOptions, signal?: AbortSignal): Promise<number> {
  const { store } = options;
  for (let count = 0; ;) {
    if (signal?.aborted === true) return count;
    const logs = await store.listUnsettledLogs(BATCH);
    if (logs.length === 0) return count;
    const feedback = Map.groupBy(await store.listFeedback(logs.map(({ runId }) => runId)), ({ runId }) => runId);
    const read = await Promise.all(logs.map((log) => readOne(log, { ...options, feedback })));
    await store.saveTraces(read.filter((each) => each !== undefined));
    await store.noteSettledLogs(logs);
    count += logs.length;
  }
}

/** Undefined for a run without a log: it is gone, or is none that anybody keeps. */
async function readOne(
  { runId }: UnsettledLog,
  place: LogSettlingOptions & { readonly feedback: ReadonlyMap<string, readonly Feedback[]> },
): Promise<ReturnType<ReadLog> | undefined> {
  const { store, readLog, prices, feedback } = place;
  const known = await store.findTrace(runId);
  const spans = known?.traceId == null ? [] : await store.readSpans(known.traceId);
  const events = spans.length > 0 ? buildObservedLog(spans, prices && { prices }).events : await readRun(store, runId);
  if (events.length === 0) return undefined;
  const { summary, words } = readLog(events, { runId, feedback: feedback.get(runId) ?? [] });
  const fromSpans = spans.length === 0 ? {} : { traceId: known?.traceId ?? null, spanCount: spans.length };
  // What a recording counted for the whole may not be in its events.
  const costMicroUsd = summary.costMicroUsd ?? known?.costMicroUsd ?? null;
  return { summary: { ...summary, ...fromSpans, costMicroUsd }, words };
}
