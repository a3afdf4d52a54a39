import type { TraceSummary } from "../domain/index.ts";
import { invariant } from "../kernel/index.ts";
import { assertKey, objectOf, type StoredRow, wordOf } from "./stored-row.ts";

/** What is searched by stands in columns; the summary itself is one JSON text. */
export interface TraceRow {
  readonly runId: string;
  readonly traceId: string | null;
  readonly agent: string;
  readonly version: string;
  readonly user: string | null;
  readonly session: string | null;
  readonly body: string;
}

export function encodeTrace(summary: TraceSummary): TraceRow {
  const { runId, traceId, agent, user, session, startedAtMs, durationMs, errorCount } = summary;
  assertKey(runId, "The run's id");
  if (traceId !== null) assertKey(traceId, "The trace's id");
  invariant([startedAtMs, durationMs, errorCount].every(Number.isFinite), "times and counts are numbers");
  return {
    runId,
    traceId,
    agent: columnText(agent.name),
    version: columnText(agent.version),
    user: user === null ? null : columnText(user),
    session: session === null ? null : columnText(session),
    body: JSON.stringify(summary),
  };
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
