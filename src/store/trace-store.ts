import type { Feedback, ObservedSpan, TraceSummary } from "../domain/index.ts";
import type { Id } from "../kernel/index.ts";

/** The spans of one trace that came in one request. */
export interface SpanPart {
  readonly traceId: string;
  readonly spans: readonly ObservedSpan[];
}

/** Traces are listed newest first, by (startedAtMs, runId); pass the last row's key of a page to get the next. */
export interface TraceQuery {
  /** 1 to LIMITS.pageRowsMax. */
  readonly limit: number;
  readonly before?: { readonly startedAtMs: number; readonly runId: string };
  readonly origin?: TraceSummary["origin"];
  readonly agent?: string;
  readonly version?: string;
  readonly user?: string;
  readonly session?: string;
  readonly outcome?: TraceSummary["outcome"];
  readonly tool?: string;
  readonly model?: string;
  /** A detector's name; `any` for runs with a finding at all. */
  readonly finding?: string;
  readonly startedFromMs?: number;
  readonly startedToMs?: number;
  readonly costMicroUsdMin?: number;
  readonly durationMsMin?: number;
  readonly errorCountMin?: number;
  /** Full text: all of its words, the last one's beginning is enough. A text without words finds nothing. */
  readonly text?: string;
}

/** A trace that has spans its summary does not know. */
export interface UnsettledTrace {
  readonly traceId: string;
  readonly runId: Id<"run">;
  /** Handed back when it is settled: spans that came meanwhile leave it unsettled. */
  readonly lastPart: number;
}

/** A log whose summary is not written yet, or has become out of date: a run that ended, a trial, a run with new feedback. */
export interface UnsettledLog {
  readonly runId: Id<"run">;
  /** Handed back when it is settled: what changed meanwhile leaves it unsettled. */
  readonly change: number;
}

/** Runs of all origins as lists and searches know them, and the spans of those that were observed. */
export interface TraceStore {
  /**
   * Keeps spans; durable when it resolves. A trace seen for the first time gets the id that `makeId` gives it.
   * @returns the run ids by trace id
   */
  addSpans(
    parts: readonly SpanPart[],
    place: { readonly atMs: number; readonly makeId: () => Id<"run"> },
  ): Promise<ReadonlyMap<string, Id<"run">>>;
  /** Every span that came for the trace, each span id once, the last that came; in order of start, then of id. */
  readSpans(traceId: string): Promise<ObservedSpan[]>;
  /** The same, to settle the trace: what came after its `lastPart` may be missing. */
  readUnsettled(trace: UnsettledTrace): Promise<ObservedSpan[]>;
  /** Those whose last part came before `quietSinceMs`, longest quiet first. */
  listUnsettled(query: { readonly quietSinceMs: number; readonly limit: number }): Promise<UnsettledTrace[]>;
  /** In order of id, at most `limit`. */
  listUnsettledLogs(limit: number): Promise<UnsettledLog[]>;
  /** Their summaries are written, or there is nothing to write. */
  noteSettledLogs(logs: readonly UnsettledLog[]): Promise<void>;
  /**
   * Writes or replaces summaries with the text they are found by: its words are cut as `wordsOf` does, in no order.
   * @param settled.lastPart of a trace that came as spans; nothing is written where it is gone, or was settled later on
   */
  saveTraces(
    settled: readonly { readonly summary: TraceSummary; readonly words: string; readonly lastPart?: number }[],
  ): Promise<void>;
  /**
   * Makes the spans of settled traces small, of at most so many traces; where nothing else is to be done.
   * @returns of how many; 0 when all are
   */
  packTraces(limit: number): Promise<number>;
  /** By run id, by trace id, or by a beginning of either of at least 6 characters that only one has. */
  findTrace(id: string): Promise<TraceSummary | undefined>;
  listTraces(query: TraceQuery): Promise<TraceSummary[]>;
  /** Spans, summary, log and feedback. @returns how many there were */
  removeTraces(query: { readonly startedBeforeMs: number; readonly limit: number }): Promise<number>;
  /** A feedback of an id that is there already is left as it is. */
  addFeedback(feedback: readonly Feedback[]): Promise<void>;
  /** Of these runs, in order of time. */
  listFeedback(runIds: readonly Id<"run">[]): Promise<Feedback[]>;
}
