import type { PauseReason, RunOutcome } from "../domain/index.ts";
import type { Json } from "../kernel/index.ts";
import type { PendingDecision } from "./surface.ts";

/** What a run looks like to the one who waits for its answer: made from its events by `reduceRun`. */
export interface RunView {
  readonly status: "queued" | "running" | "paused" | "ended";
  /** The answer as far as it has come; once `message.sent` is there, the answer. */
  readonly text: string;
  /** The structured answer, where there is one. */
  readonly data?: Json;
  /** Everything that was said and done, in order. */
  readonly parts: readonly RunPart[];
  readonly tools: readonly ToolView[];
  readonly approvals: readonly ApprovalView[];
  /** What a person has to decide before the run goes on. */
  readonly pending: readonly PendingDecision[];
  readonly pausedOn: PauseReason | null;
  /** When a sleeping run goes on. */
  readonly untilMs: number | null;
  readonly outcome: RunOutcome | null;
  /** Why it ended or rests, where something went wrong. */
  readonly error: string | null;
  readonly lastSeq: number;
  /** The attempt of each effect that counts; what older ones streamed does not. */
  readonly attempts: Readonly<Record<number, number>>;
}

export type RunPart =
  | { readonly kind: "message"; readonly from: "user" | "system"; readonly content: string }
  | { readonly kind: "text"; readonly effect: number | null; readonly text: string; readonly isAnswer: boolean }
  /** The tool or approval of this effect. */
  | { readonly kind: "tool" | "approval"; readonly effect: number };

export interface ToolView {
  readonly effect: number;
  readonly callId: string;
  readonly tool: string;
  readonly arguments: Json;
  readonly state: "called" | "returned" | "failed" | "doubt";
  readonly calledAtMs: number;
  readonly durationMs?: number;
  readonly result?: Json;
  readonly error?: string;
  /** Made by another tool. */
  readonly isInner: boolean;
}

export interface ApprovalView {
  readonly effect: number;
  readonly tool: string;
  readonly callId?: string;
  /** As asked for; after an edit, as decided. */
  readonly arguments: Json;
  readonly reason: string;
  readonly requestedAtMs: number;
  readonly decision: "approved" | "denied" | "edited" | null;
  readonly by: string | null;
}

export const EMPTY_RUN_VIEW: RunView = {
  status: "queued",
  text: "",
  parts: [],
  tools: [],
  approvals: [],
  pending: [],
  pausedOn: null,
  untilMs: null,
  outcome: null,
  error: null,
  lastSeq: -1,
  attempts: {},
};
