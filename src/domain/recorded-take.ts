import type { Json, JsonObject } from "../kernel/index.ts";
import type { AssistantMessage } from "./message.ts";
import type { EffectError, RunEvent } from "./run-event.ts";
import type { SourceReference, ToolDeclaration } from "./tool-declaration.ts";

/** One run as a tool cassette holds it: what was said, what the model answered, what tools gave back. */
export interface RecordedTake {
  /** `failure` for what a case was made of, `good` for a run of the same task that went well. */
  readonly name: string;
  readonly agent: { readonly name: string; readonly version: string };
  /** What the model was told before everything else, where the log has it. */
  readonly instructions?: string;
  readonly turns: readonly RecordedTurn[];
  readonly ended: { readonly outcome: RunEvent<"run.ended">["outcome"]; readonly error?: EffectError };
}

export interface RecordedTurn {
  /** What the user said. */
  readonly user: string;
  /** In the order of the log. */
  readonly steps: readonly RecordedStep[];
}

export type RecordedStep =
  | { readonly model: AssistantMessage }
  | RecordedToolCall
  /** What the user was shown, where it is not the model's last message. */
  | { readonly answer: string };

/** A call of a tool and what came back: `result`, or `error`. */
export interface RecordedToolCall {
  readonly tool: string;
  readonly callId: string;
  readonly arguments: Json;
  readonly result?: Json;
  readonly error?: EffectError;
  readonly durationMs: number;
  /** The call is made, and a fault of the case answers it: this stands here to be read. */
  readonly byFault?: true;
  readonly sources?: readonly SourceReference[];
  readonly labels?: readonly string[];
}

/** What a recording knows of a tool. */
export interface RecordedTool {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema?: JsonObject;
  readonly declaration?: ToolDeclaration;
}

/** Tools answered from recordings, as a trial is told of it. */
export interface ToolReplay {
  /** A call that no recording answers ends the trial, or reaches the real tool. */
  readonly onMiss: "fail" | "live";
  /** Whether answers take their recorded time. */
  readonly pace: "recorded" | "none";
  readonly tools: readonly RecordedTool[];
  /** The one that is played stands first. */
  readonly takes: readonly RecordedTake[];
}
