import type { Clock, Json, Random } from "../kernel/index.ts";
import type { EffectError, Message, MicroUsd, NewEvent, RunEvent, Usage } from "../domain/index.ts";
import type { Journal } from "../log/index.ts";
import type { BoundaryFaults, FaultLink } from "./faults/boundary-faults.ts";
import type { MemoryPort } from "./memory-handle.ts";
import type { ToolReplayer } from "./replay/tool-replay.ts";

/**
 * Hands an event to the log; what it returns is awaited before the effect's result is shown to the agent. With a journal
 * it must resolve with the event as it was appended.
 */
export type AppendEvent = (event: NewEvent) => void | Promise<RunEvent | void>;

export interface ApprovalRequest {
  readonly effect: number;
  readonly tool: string;
  readonly callId: string;
  readonly arguments: Json;
}

export interface ApprovalDecision {
  readonly decision: "approved" | "denied" | "edited";
  readonly by: string;
  readonly arguments?: Json;
}

/** A tool call that was made before a crash and never returned, which nothing but a person can tell the end of. */
export interface Doubt {
  readonly effect: number;
  /** Which of the effect's calls, from 1. */
  readonly attempt: number;
  readonly tool: string;
}

export interface DoubtDecision {
  readonly decision: "happened" | "repeat" | "failed";
  readonly by: string;
  readonly result?: Json;
  /** The log holds it already. */
  readonly isLogged: boolean;
}

/** What an effect waits for that no computing brings nearer. */
export interface Wait {
  readonly effect: number;
  readonly on: "approval" | "sleep" | "doubt";
  /** For a sleep. */
  readonly untilMs?: number;
}

/**
 * How a run that may be put down and taken up again is held: without it, waits are waited for in this process, and what
 * ends the run's log is thrown to the agent.
 */
export interface RunHold {
  /**
   * Nothing in the run is at work: all it does is wait. It may be put down here, by never using this boundary again.
   * Told again whenever the waits changed.
   */
  onIdle(waits: readonly Wait[]): void;
  /** The log cannot go on (somebody else writes it, the store is gone, the code does other things than the log holds). */
  onBroken(error: unknown): void;
  /** Asks a person; the promise may stay open for as long as the run is held. */
  settleDoubt(doubt: Doubt): Promise<DoubtDecision>;
  /** Messages that came since the run began and are not in its log yet, for a model call that is not either: each once. */
  takeMessages(effect: number): readonly { readonly content: string; readonly signalId: string }[];
  /** Messages that the log holds before this model call. */
  recordedMessages(effect: number): readonly string[];
}

export interface BoundaryOptions {
  readonly append: AppendEvent;
  readonly clock: Clock;
  readonly random: Random;
  /** The log of an earlier attempt at this run: effects that returned are answered from it. */
  readonly journal?: Journal;
  readonly approve: (request: ApprovalRequest) => Promise<ApprovalDecision>;
  readonly costOf: (call: { readonly model: string; readonly usage: Usage }) => MicroUsd | null;
  readonly runId: string;
  readonly signal?: AbortSignal;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly memory?: MemoryPort;
  /** Log the parts of model answers as they come. */
  readonly isStreaming?: boolean;
  readonly hold?: RunHold;
  /** What goes wrong on purpose, in a trial. A run that may be replayed has none: they are the world's, not the log's. */
  readonly faults?: (link: FaultLink) => BoundaryFaults;
  /** Answers tools in their place, in a trial; a fault on a call goes before it. */
  readonly replay?: Pick<ToolReplayer, "answer">;
}

/** What a model call is, before and after. `recall` rebuilds the provider's result from the log. */
export interface ModelEffect<Result> {
  readonly provider: string;
  readonly model: string;
  readonly prompt: readonly Message[];
  readonly toolNames: readonly string[];
  readonly settings?: Record<string, Json>;
  readonly execute: (attempt: number, parts: PartWriter | undefined) => Promise<Result>;
  readonly describe: (result: Result) => Partial<NewEvent<"model.returned">>;
  readonly recall: (event: RunEvent<"model.returned">) => Result;
  /** The same call with messages put into its prompt, where the caller can do that. */
  readonly extend?: (messages: readonly SlippedMessage[]) => ModelEffect<Result>;
}

/** A user's message that came while the run was under way. */
export interface SlippedMessage {
  /** How many of the prompt's messages, as the agent writes it, come before it. */
  readonly after: number;
  readonly content: string;
}

/** Takes the parts of one model answer to the log. */
export interface PartWriter {
  write(part: { readonly text?: string; readonly reasoning?: string }): void;
  /** What was written counts no more: the provider is asked again. */
  reset(): void;
}

export type Called = NewEvent<Extract<NewEvent["type"], `${string}.called`> | "approval.requested">;
export type Returned = RunEvent & { readonly durationMs: number; readonly error?: EffectError };
