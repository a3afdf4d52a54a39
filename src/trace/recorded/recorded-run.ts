import type { EffectError, ExpectedOutcome, Usage, Verdict } from "../../domain/index.ts";
import type { Json, JsonObject } from "../../kernel/index.ts";

/** One going of an agent through a conversation, recorded by others: all that a log is built from. */
export interface RecordedRun {
  readonly file: string;
  /** The place in the file, for messages: `row 3`, `simulations[3]`, `line 3`. */
  readonly where: string;
  /** Where the file says how well it went: the deciding verdict first, then finer labels that do not gate. */
  readonly verdicts: readonly Verdict[];
  readonly agent: { readonly name: string; readonly version: string };
  readonly model: string | null;
  readonly settings?: JsonObject;
  /** Tools the model was offered, where the file says. */
  readonly toolNames?: readonly string[];
  readonly startedAtMs: number | null;
  readonly durationMs: number | null;
  /** Of the agent alone, for the whole run; null is unknown. */
  readonly costUsd: number | null;
  readonly messages: readonly RecordedMessage[];
  /** null: nothing in the recording says that it ended, or how. */
  readonly ending: RecordedEnding | null;
  readonly attributes: JsonObject;
  /** What the task's own answer key says. */
  readonly expected?: ExpectedOutcome;
}

export interface RecordedEnding {
  readonly outcome: "answered" | "failed" | "timeout";
  readonly error?: EffectError;
}

export type RecordedMessage = RecordedPrompt | RecordedAnswer;

export interface RecordedPrompt {
  readonly role: "system" | "user";
  readonly content: string;
  readonly atMs: number | null;
  /** True for what was put in front of the conversation and did not happen in it: examples, another run's messages. */
  readonly isContext?: boolean;
}

export interface RecordedAnswer {
  readonly role: "assistant";
  readonly content: string;
  readonly reasoning?: string;
  readonly calls: readonly RecordedCall[];
  readonly atMs: number | null;
  /** When the model was asked, where the recording says; else that is when the message before it came. */
  readonly askedAtMs?: number | null;
  /** False for a fixed text that no model wrote, such as an opening greeting. */
  readonly isFromModel: boolean;
  /** True for what agents say to each other: the user is not shown it. */
  readonly isInternal?: boolean;
  /** As of a prompt. */
  readonly isContext?: boolean;
  readonly model?: string;
  readonly usage?: Usage;
  /** null is unknown. */
  readonly costUsd: number | null;
}

export interface RecordedCall {
  readonly id: string | null;
  readonly tool: string;
  readonly arguments: Json;
  /** null: the recording holds no result of this call. */
  readonly result: RecordedResult | null;
}

export interface RecordedResult {
  readonly content: Json;
  readonly isError: boolean;
  readonly atMs: number | null;
}
