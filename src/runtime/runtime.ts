import type {
  AgentVersion,
  Message,
  RunEvent,
  RunRecord,
  RunSignal,
  RunSignalBody,
  Session,
  VersionRoute,
  WorkerRecord,
} from "../domain/index.ts";
import type { Id, Json, JsonObject } from "../kernel/index.ts";

/** What happens to a message for a session that is at work on another. */
export type WhenBusy =
  /** It waits for its turn. */
  | "queue"
  /** The run under way takes it in before its next model call; without one, it begins a run. */
  | "steer"
  /** The run under way, and those that wait, are cancelled. */
  | "interrupt";

export interface StartRun {
  readonly sessionId: string;
  /** Where the caller has just looked it up. */
  readonly session?: Session;
  readonly message: string;
  readonly data?: Json;
  readonly whenBusy?: WhenBusy;
  readonly idempotencyKey?: string;
  readonly metadata?: JsonObject;
  /** Who says it, for the log. */
  readonly by: string;
}

export interface StartedRun {
  readonly run: RunRecord;
  /** `started`: a new run; `found`: the run of this idempotency key; `steered`: taken in by the run under way. */
  readonly how: "started" | "found" | "steered";
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
      readonly kind: "doubt";
      readonly effect: number;
      readonly tool: string;
      readonly arguments: Json;
      readonly attempt: number;
      readonly calledAtMs: number;
    };

export interface AgentSummary {
  readonly name: string;
  /** Versions this process has the code of. */
  readonly versions: readonly string[];
  readonly routes: readonly VersionRoute[];
}

export interface FollowRun {
  readonly runId: Id<"run">;
  /** The first event wanted: 0, or one more than the last one seen. */
  readonly fromSeq?: number;
  readonly signal?: AbortSignal;
  /** The caller has just seen the run: nobody looks for it again. */
  readonly isKnown?: boolean;
}

/** Sessions and their runs, whoever performs them. Callers have checked who may do what. */
export interface Runtime {
  /** @throws {AegisError} "agent.not_found", "session.exists" */
  createSession(session: {
    readonly agent: string;
    readonly ownerId: string;
    readonly id?: string;
    readonly metadata?: JsonObject;
  }): Promise<Session>;
  /** @throws {AegisError} "session.not_found" */
  session(id: string): Promise<Session>;
  /** What was said in all its runs. */
  conversation(id: string): Promise<readonly Message[]>;
  /** Cancels what runs and takes no further message. */
  closeSession(id: string, by: string): Promise<Session>;
  /**
   * Accepts a message. The run is durable when it resolves.
   * @throws {AegisError} "session.not_found", "session.closed", "session.queue_full", "runtime.draining"
   */
  startRun(start: StartRun): Promise<StartedRun>;
  /** @throws {AegisError} "run.not_found" */
  run(id: string): Promise<RunRecord>;
  /** The events of a run as they become durable, to its end. @throws {AegisError} "run.not_found", "log.bad_offset" */
  follow(follow: FollowRun): AsyncGenerator<RunEvent, void, undefined>;
  /** The same, as many events at a time as there are: for writing them together. */
  followInPages(follow: FollowRun): AsyncGenerator<readonly RunEvent[], void, undefined>;
  pendingDecisions(runId: string): Promise<readonly PendingDecision[]>;
  /**
   * Says something to a run: a decision, a cancel.
   * @throws {AegisError} "run.not_found", "run.ended", "run.nothing_to_decide", "run.already_decided", "run.bad_arguments"
   */
  signal(runId: string, signal: { readonly by: string; readonly body: RunSignalBody }): Promise<RunSignal>;
  agents(): Promise<readonly AgentSummary[]>;
  /** Sets the shares of an agent's new runs. @throws {AegisError} "version.not_offered", "version.bad_weights" */
  route(agent: string, weights: readonly { readonly version: string; readonly weight: number }[]): Promise<void>;
  workers(): Promise<readonly WorkerRecord[]>;
  readonly offers: readonly AgentVersion[];
  readonly isDraining: boolean;
  readonly activeCount: number;
  /** Takes no new work and waits for what it has, `limitMs` at most. @returns how many runs it let go of */
  drain(limitMs: number): Promise<number>;
  close(): Promise<void>;
}
