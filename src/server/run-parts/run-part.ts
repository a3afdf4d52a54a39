import type { RunEvent } from "../../domain/index.ts";
import type { Json } from "../../kernel/index.ts";

/** A piece of text or reasoning, as the model spoke it or the agent sent it. */
export interface TextPart {
  readonly kind: "text" | "reasoning";
  /** Its place among all parts the run ever had, dropped ones counted too: the same for every reader of the log. */
  readonly index: number;
  /** The model call that spoke it; undefined for an answer that no model spoke. */
  readonly modelEffect: number | undefined;
  readonly text: string;
  readonly isDone: boolean;
}

/** A tool call with what became of it, or a question to a person that has no tool. */
export interface ToolPart {
  readonly kind: "tool";
  readonly index: number;
  readonly modelEffect: number | undefined;
  /** Unique within the run, even where a model uses a call id twice. */
  readonly callId: string;
  readonly tool: string;
  /** The arguments as far as they have been streamed. */
  readonly argumentsText: string;
  /** The whole arguments, once they are known. */
  readonly arguments: Json | undefined;
  readonly state: ToolPartState;
  readonly approval: ToolApproval | undefined;
  readonly result: Json | undefined;
  readonly errorText: string | undefined;
}

/**
 * `streaming`: arguments are coming; `requested`: the model has asked for it; `called`: it runs; `unfinished`: the run
 * ended before it returned.
 */
export type ToolPartState = "streaming" | "requested" | "called" | "returned" | "failed" | "denied" | "unfinished";

export interface ToolApproval {
  readonly effect: number;
  readonly reason: string;
  readonly decision?: RunEvent<"approval.decided">["decision"];
  readonly by?: string;
}

export type RunPart = TextPart | ToolPart;

/** What one event of the log changes in what a client sees of the run. */
export type PartChange =
  | { readonly type: "run.began" }
  /** A model call (or what comes before the first one) begins; parts belong to the step that is open. */
  | { readonly type: "step.began" }
  | { readonly type: "step.ended" }
  | { readonly type: "text.added"; readonly part: TextPart }
  | { readonly type: "text.grew"; readonly part: TextPart; readonly delta: string }
  | { readonly type: "text.done"; readonly part: TextPart }
  | { readonly type: "tool.added"; readonly part: ToolPart }
  | { readonly type: "tool.arguments-grew"; readonly part: ToolPart; readonly delta: string }
  /** The whole arguments are known; said again when a person has edited them. */
  | { readonly type: "tool.arguments-done"; readonly part: ToolPart }
  | { readonly type: "tool.asked"; readonly part: ToolPart; readonly approval: ToolApproval }
  | { readonly type: "tool.decided"; readonly part: ToolPart; readonly approval: ToolApproval }
  | { readonly type: "tool.done"; readonly part: ToolPart }
  /** These count no more; `kept` are the others of the open step. Nothing of an earlier step is ever dropped. */
  | { readonly type: "parts.dropped"; readonly dropped: readonly RunPart[]; readonly kept: readonly RunPart[] }
  /** A user's message was slipped in while the run was under way. */
  | { readonly type: "message.joined"; readonly id: string; readonly text: string }
  /** The run has said its answer: the texts of these parts, joined. */
  | { readonly type: "answered"; readonly parts: readonly TextPart[]; readonly data: Json | undefined }
  | { readonly type: "paused"; readonly on: RunEvent<"run.paused">["on"]; readonly effects: readonly number[] }
  | { readonly type: "ended"; readonly event: RunEvent<"run.ended"> };
