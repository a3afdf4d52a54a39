import type { Json, JsonObject } from "../kernel/index.ts";
import type { AssistantMessage, Message, Usage } from "./message.ts";
import type { SandboxFacts } from "./isolation-level.ts";
import type { MicroUsd } from "./money.ts";
import type { ReplayMiss } from "./replay-miss.ts";
import type { SourceReference, ToolDeclaration } from "./tool-declaration.ts";
import type { UserContext } from "./user-context.ts";
import type { Witness } from "./witness.ts";

/** Raised when an event's meaning changes; readers refuse logs from a newer version. */
export const LOG_SCHEMA_VERSION = 1;

/** Why an effect failed, as the caller saw it. */
export interface EffectError {
  readonly name: string;
  readonly message: string;
  /** HTTP status, where there was one. */
  readonly status?: number;
  readonly retryAfterMs?: number;
  /** Where in the agent's own files, as `folder/file.ts:12`. */
  readonly where?: string;
}

/** Effects are numbered from 0 within a run, in the order they were called: the journal's key. */
interface EffectCalled {
  readonly effect: number;
  /** From 1; more than 1 when the boundary repeated the call by itself. */
  readonly attempt: number;
}

interface EffectReturned {
  readonly effect: number;
  readonly durationMs: number;
}

interface EventBodies {
  "run.started": {
    readonly schemaVersion: number;
    readonly agent: { readonly name: string; readonly version: string };
    /** `trial`: in an eval's world; `live`: in production; `observed`: imported from somebody else's telemetry. */
    readonly origin: "trial" | "live" | "observed";
    readonly user?: UserContext;
    readonly caseId?: string;
    readonly attemptIndex?: number;
    readonly seed?: number;
    /** The tools the agent may call, as declared. */
    readonly tools?: readonly ToolDeclaration[];
    readonly attributes?: JsonObject;
    readonly sessionId?: string;
  };
  /** Work on the run was taken up again: by the next process after a crash or a handover, or after a pause. */
  "run.resumed": {
    /** From 2. */
    readonly attempt: number;
    readonly because: "crash" | "decision" | "timer" | "handover";
    /** Of the agent's code that goes on with it. */
    readonly version: string;
  };
  /** Nobody works on the run until what it waits for has come. */
  "run.paused": {
    readonly on: "approval" | "sleep" | "doubt" | "version";
    /** The effects that wait. */
    readonly effects: readonly number[];
    readonly untilMs?: number;
    readonly error?: EffectError;
  };
  /** A message to the agent. */
  "message.received": {
    readonly from: "user" | "system";
    readonly content: string;
    /** For a message that came while the run was under way: the model call before which it was slipped in. */
    readonly effect?: number;
    readonly signalId?: string;
  };
  /** The agent's answer, as the user sees it. */
  "message.sent": {
    readonly content: string;
    /** The value a function returned, where it was no text. */
    readonly data?: Json;
  };
  "model.called": EffectCalled & {
    readonly provider: string;
    readonly model: string;
    /** The prompt as a difference: the first `keptCount` messages of this run's previous model call, then `added`. */
    readonly keptCount: number;
    readonly added: readonly Message[];
    readonly toolNames: readonly string[];
    readonly settings?: JsonObject;
  };
  /** A part of the model's answer as it came: text, reasoning, or text of a tool call's arguments. */
  "model.streamed": {
    readonly effect: number;
    readonly attempt: number;
    readonly text?: string;
    readonly reasoning?: string;
    readonly toolCall?: { readonly callId: string; readonly tool: string; readonly argumentsText: string };
  };
  /** What was streamed of this effect so far counts no more: the call is made again. */
  "model.reset": { readonly effect: number; readonly attempt: number };
  "model.returned": EffectReturned & {
    readonly model?: string;
    readonly message?: AssistantMessage;
    /** The provider's own content parts, kept only where `message` cannot hold them (signatures, files). */
    readonly content?: Json;
    readonly finishReason?: string;
    readonly usage?: Usage;
    readonly costMicroUsd: MicroUsd | null;
    readonly error?: EffectError;
  };
  "tool.called": EffectCalled & {
    readonly callId: string;
    readonly tool: string;
    readonly arguments: Json;
    readonly declaration?: ToolDeclaration;
    readonly idempotencyKey?: string;
  };
  "tool.returned": EffectReturned & {
    readonly callId: string;
    readonly tool: string;
    readonly result?: Json;
    readonly error?: EffectError;
    readonly sources?: readonly SourceReference[];
    /** What kind of data came back, e.g. `internal`, `pii`: held against the user's grants. */
    readonly labels?: readonly string[];
  };
  "http.called": EffectCalled & { readonly method: string; readonly url: string; readonly body?: Json };
  "http.returned": EffectReturned & { readonly status?: number; readonly body?: Json; readonly error?: EffectError };
  "sleep.called": EffectCalled & { readonly ms: number };
  "sleep.returned": EffectReturned;
  "approval.requested": EffectCalled & {
    readonly tool?: string;
    readonly callId?: string;
    readonly arguments?: Json;
    /** JSON Schema of what the tool takes, where it could tell: arguments that a person gives instead are held to it. */
    readonly inputSchema?: JsonObject;
    readonly reason: string;
  };
  "approval.decided": EffectReturned & {
    readonly decision: "approved" | "denied" | "edited";
    readonly by: string;
    readonly arguments?: Json;
    readonly tool?: string;
    readonly callId?: string;
  };
  /** A person said what became of a tool call that nobody knew the end of. */
  "doubt.settled": {
    readonly effect: number;
    readonly attempt: number;
    readonly decision: "happened" | "repeat" | "failed";
    readonly by: string;
    readonly result?: Json;
  };
  "memory.called": EffectCalled & {
    readonly operation: "read" | "write" | "search" | "erase";
    /** Whose memory: the user's the run is for, or the agent's own. */
    readonly owner?: "user" | "agent";
    /** Of the entry; what is searched for, for `search`. */
    readonly key: string;
    readonly value?: Json;
  };
  "memory.returned": EffectReturned & {
    readonly value?: Json;
    readonly version?: number;
    readonly updatedAtMs?: number;
    readonly error?: EffectError;
  };
  "clock.read": { readonly effect: number; readonly valueMs: number };
  "random.drawn": { readonly effect: number; readonly value: number };
  /** Ground truth: the world did this on purpose. */
  "fault.injected": {
    readonly on: string;
    readonly fault: string;
    readonly effect?: number;
    /** What it did to the agent, as far as a check may ask: a status, a time promised, a share kept, a marker put in. */
    readonly detail?: Json;
  };
  /** What came of answering tools from recordings. */
  "replay.ended": {
    /** The recorded run that answered most. */
    readonly take: string;
    readonly answeredCount: number;
    /** Calls that no recording answers, in order. */
    readonly misses: readonly ReplayMiss[];
    /** Recorded calls of that run that nobody made. */
    readonly unused: readonly { readonly tool: string; readonly arguments: Json }[];
  };
  /** What the agent's program ran in. */
  "sandbox.closed": SandboxFacts;
  /** What the world looked like at the end, against its beginning. */
  "state.captured": { readonly changes: readonly StateChange[] };
  /** What the agent's process printed. */
  "output.captured": {
    readonly stream: "stdout" | "stderr";
    readonly text: string;
    readonly bytes: number;
    readonly isTruncated: boolean;
  };
  "run.ended": {
    readonly outcome: "answered" | "failed" | "timeout" | "exited" | "cancelled";
    readonly durationMs: number;
    readonly error?: EffectError;
  };
}

/** One place in the state, before and after; a side that did not exist is left out. */
export interface StateChange {
  /** Dotted path, as in `valueAtPath`. */
  readonly path: string;
  readonly before?: Json;
  readonly after?: Json;
}

export type EventType = keyof EventBodies;

/** An event before the log gives it its place. */
export type NewEvent<Type extends EventType = EventType> = {
  [Each in Type]: {
    readonly type: Each;
    /** Milliseconds since the epoch, by the writer's clock; order is by `seq` alone. */
    readonly atMs: number;
    readonly witness: Witness;
  } & EventBodies[Each];
}[Type];

/** One event of a run's append-only, gap-free log. */
export type RunEvent<Type extends EventType = EventType> = {
  [Each in Type]: NewEvent<Each> & {
    /** From 0 within a run, without gaps. */
    readonly seq: number;
  };
}[Type];
