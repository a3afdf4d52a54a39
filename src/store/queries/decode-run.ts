import type { PauseReason, RunInput, RunOutcome, RunRecord, RunStatus } from "../../domain/index.ts";
import type { Id } from "../../kernel/index.ts";
import { numberOf, numberOrNullOf, objectOf, type StoredRow, textOf, textOrNullOf, wordOf } from "../stored-row.ts";

const RUN_STATUSES: readonly RunStatus[] = ["queued", "running", "paused", "ended"];
const PAUSE_REASONS: readonly PauseReason[] = ["approval", "sleep", "doubt", "version"];
const OUTCOMES: readonly RunOutcome[] = ["answered", "failed", "timeout", "exited", "cancelled"];

/** @throws {AegisError} "store.corrupt" */
export function decodeRun(row: StoredRow): RunRecord {
  return {
    id: textOf(row, "id") as Id<"run">,
    sessionId: textOf(row, "session_id") as Id<"session">,
    ownerId: textOf(row, "owner_id"),
    agent: textOf(row, "agent"),
    version: textOf(row, "version"),
    input: inputOf(row),
    status: wordOf(row["status"], RUN_STATUSES, "run.status"),
    pausedOn: row["paused_on"] === null ? null : wordOf(row["paused_on"], PAUSE_REASONS, "run.paused_on"),
    wakeAtMs: numberOrNullOf(row, "wake_at_ms"),
    outcome: row["outcome"] === null ? null : wordOf(row["outcome"], OUTCOMES, "run.outcome"),
    attempt: numberOf(row, "attempt"),
    workerId: textOrNullOf(row, "worker_id"),
    idempotencyKey: textOrNullOf(row, "idempotency_key"),
    metadata: objectOf(row, "metadata"),
    position: numberOf(row, "position"),
    createdAtMs: numberOf(row, "created_at_ms"),
    startedAtMs: numberOrNullOf(row, "started_at_ms"),
    endedAtMs: numberOrNullOf(row, "ended_at_ms"),
  };
}

function inputOf(row: StoredRow): RunInput {
  const { message, data } = objectOf(row, "input");
  return { message: textOf({ input: message }, "input"), ...(data !== undefined && { data }) };
}
