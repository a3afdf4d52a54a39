import type { TraceSummary } from "../domain/index.ts";
import { invariant } from "../kernel/index.ts";
import { assertKey, objectOf, type StoredRow, wordOf } from "./stored-row.ts";

/** What a summary is saved as: what is searched by stands in columns; the summary itself is one JSON text. */
export type TraceRow = ReturnType<typeof encodeTrace>;

export function encodeTrace(summary: TraceSummary) {
  const { runId, traceId, agent, user, session, startedAtMs, durationMs, costMicroUsd, errorCount } = summary;
  assertKey(runId, "The run's id");
  if (traceId !== null) assertKey(traceId, "The trace's id");
  invariant(
    [startedAtMs, durationMs, costMicroUsd ?? 0, errorCount].every(Number.isFinite),
    "times and counts are numbers",
  );
  return {
    run_id: runId,
    trace_id: traceId,
    origin: summary.origin,
    agent: columnText(agent.name),
    version: columnText(agent.version),
    user_id: user === null ? null : columnText(user),
    session: session === null ? null : columnText(session),
    outcome: summary.outcome,
    started_at_ms: startedAtMs,
    duration_ms: durationMs,
    cost_micro_usd: costMicroUsd,
    error_count: errorCount,
    body: JSON.stringify(summary),
  } as const;
}

/** @throws {AegisError} "store.corrupt" */
export function decodeTrace(row: StoredRow): TraceSummary {
  const body = objectOf(row, "body");
  wordOf(body["origin"], ["trial", "live", "observed"], "trace.body.origin");
  wordOf(body["outcome"], OUTCOMES, "trace.body.outcome");
  return body as unknown as TraceSummary;
}

const OUTCOMES = [
  "answered",
  "failed",
  "timeout",
  "exited",
  "cancelled",
  "unknown",
] as const satisfies TraceSummary["outcome"][];

/**
 * A name that somebody's telemetry gave, as databases compare it: some refuse NUL and half a character, and a trace is not
 * lost for that.
 */
export function columnText(name: string): string {
  return name.toWellFormed().replaceAll("\0", "\ufffd");
}
