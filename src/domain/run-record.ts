import type { Id, Json, JsonObject } from "../kernel/index.ts";
import type { RunEvent } from "./run-event.ts";

/** `paused`: waiting for a person or a time, held by no process. */
export type RunStatus = "queued" | "running" | "paused" | "ended";

/** What a paused run waits for: a decision, a time, a person who knows what happened, or code that can replay its log. */
export type PauseReason = "approval" | "sleep" | "doubt" | "version";

export type RunOutcome = RunEvent<"run.ended">["outcome"];

/** What is known of a session's run without reading its log: who waits, who works on it, how it ended. The log is the truth. */
export interface RunRecord {
  readonly id: Id<"run">;
  readonly sessionId: Id<"session">;
  /** The session's owner. */
  readonly ownerId: string;
  readonly agent: string;
  /** The agent's version that began it and finishes it; chosen when the run is accepted. */
  readonly version: string;
  readonly input: RunInput;
  readonly status: RunStatus;
  readonly pausedOn: PauseReason | null;
  /** When a paused run goes on by itself. */
  readonly wakeAtMs: number | null;
  readonly outcome: RunOutcome | null;
  /** How often somebody began or took up its work. */
  readonly attempt: number;
  /** The process that works on it, or did last. */
  readonly workerId: string | null;
  /** The same key in the same session names the same run. */
  readonly idempotencyKey: string | null;
  readonly metadata: JsonObject;
  /** Its place among all runs of the store, ascending: the order of a session's queue. */
  readonly position: number;
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
}

/** What a run was asked. */
export interface RunInput {
  readonly message: string;
  /** Structured input, for agents that take it. */
  readonly data?: Json;
}
