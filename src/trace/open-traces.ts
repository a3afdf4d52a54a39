import type { Feedback, ObservedSpan, RunEvent, TraceSummary } from "../domain/index.ts";
import { AegisError, type Clock, type Id } from "../kernel/index.ts";
import { readRun } from "../log/index.ts";
import type { PriceTable } from "../model/pricing/index.ts";
import { openRedactor, type RedactionOptions } from "../network/index.ts";
import type { LogStore, SpanPart, TraceQuery, TraceStore } from "../store/index.ts";
import { buildObservedLog } from "./observed-log/build-observed-log.ts";
import { redactSpans } from "./redact/redact-spans.ts";

export interface TracesOptions {
  readonly store: TraceStore & LogStore;
  readonly clock: Clock;
  readonly makeId: <Kind extends string>() => Id<Kind>;
  /** What a call costs whose span tells tokens but no cost. */
  readonly prices?: PriceTable;
  /** Values and names that are secret here, besides those known everywhere. */
  readonly redaction?: RedactionOptions;
}

/** Runs of all origins, as people look at them. */
export interface Traces {
  /** Keeps spans without their secrets; durable when it resolves. @returns how many values were hidden, by kind */
  collect(spans: readonly ObservedSpan[]): Promise<Readonly<Record<string, number>>>;
  list(query: TraceQuery): Promise<TraceSummary[]>;
  /** By run id, trace id, or a beginning of one. @throws {AegisError} "trace.not_found" */
  find(id: string): Promise<TraceSummary>;
  /** The whole log, whether it was kept as one or is read from spans. */
  events(trace: Pick<TraceSummary, "runId" | "traceId">): Promise<RunEvent[]>;
  addFeedback(runId: Id<"run">, said: Omit<Feedback, "id" | "runId" | "atMs">): Promise<Feedback>;
  feedback(runId: Id<"run">): Promise<Feedback[]>;
}

export function openTraces({ store, clock, makeId, prices, redaction = {} }: TracesOptions): Traces {
  return {
    async collect(spans) {
      const redactor = openRedactor(redaction);
      const clean = redactSpans(spans, redactor);
      if (clean.length > 0)
        await store.addSpans(partsOf(clean), { atMs: clock.nowMs(), makeId: () => makeId<"run">() });
      return redactor.takeCounts();
    },
    list: (query) => store.listTraces(query),
    async find(id) {
      const found = await store.findTrace(id);
      if (found) return found;
      throw new AegisError(
        "trace.not_found",
        `No trace or run has the id ${JSON.stringify(id.slice(0, 80))}, and none or several have one that begins so (6 characters at least)`,
      );
    },
    async events({ runId, traceId }) {
      if (traceId === null) return await readRun(store, runId);
      return [...buildObservedLog(await store.readSpans(traceId), prices && { prices }).events];
    },
    async addFeedback(runId, said) {
      const feedback = { ...said, id: makeId<"feedback">(), runId, atMs: clock.nowMs() };
      await store.addFeedback([feedback]);
      return feedback;
    },
    feedback: (runId) => store.listFeedback([runId]),
  };
}

/** Spans by trace, in the order they came. */
function partsOf(spans: readonly ObservedSpan[]): SpanPart[] {
  const parts = new Map<string, ObservedSpan[]>();
  for (const span of spans) {
    const part = parts.get(span.traceId);
    if (part) part.push(span);
    else parts.set(span.traceId, [span]);
  }
  return [...parts].map(([traceId, own]) => ({ traceId, spans: own }));
}
