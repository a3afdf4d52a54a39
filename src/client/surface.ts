import type { MemoryEntry, RunRecord, RunSignalBody, RunStatus, Session, VersionRoute } from "../domain/index.ts";
import type { Json, JsonObject } from "../kernel/index.ts";

/** What happens to a message for a session at work: it waits, is taken in by the run under way, or cancels that run. */
export type WhenBusy = "queue" | "steer" | "interrupt";

export interface AgentSummary {
  readonly name: string;
  readonly versions: readonly string[];
  readonly routes: readonly VersionRoute[];
}

/** One page of a list; `next` is what asks for the page that follows (`before`, for memory `after`), null for none. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export interface NewSession {
  readonly agent: string;
  /** Made by the server where it is left out. */
  readonly id?: string;
  /** On whose behalf; for operators and admins. */
  readonly userId?: string;
  readonly metadata?: JsonObject;
}

export interface NewMessage {
  readonly message: string;
  readonly data?: Json;
  readonly whenBusy?: WhenBusy;
  readonly metadata?: JsonObject;
  /** The same key in the same session names the same run. Made by the client where it is left out. */
  readonly idempotencyKey?: string;
}

export interface StartedRun {
  readonly run: RunRecord;
  readonly how: "started" | "found" | "steered";
}

export interface SessionQuery {
  readonly agent?: string;
  readonly userId?: string;
  readonly limit?: number;
  readonly before?: string;
}

export interface RunQuery {
  readonly status?: RunStatus;
  readonly agent?: string;
  readonly limit?: number;
  readonly before?: string;
}

/** What a paused run asks of a person. */
export type PendingDecision =
  | {
      readonly kind: "approval";
      readonly effect: number;
      readonly tool: string;
      readonly arguments: Json;
      readonly reason: string;
      readonly requestedAtMs: number;
    }
  | {
      /** Whether this tool call happened, nobody knows. */
      readonly kind: "doubt";
      readonly effect: number;
      readonly tool: string;
      readonly arguments: Json;
      readonly calledAtMs: number;
    };

/** What a person answers. */
export type Decision = Extract<RunSignalBody, { kind: "approval" | "doubt" }>;

export interface MemoryQuery {
  /** Words to search for. */
  readonly q?: string;
  readonly prefix?: string;
  readonly limit?: number;
  readonly after?: string;
}

export type { MemoryEntry, RunRecord, Session };
