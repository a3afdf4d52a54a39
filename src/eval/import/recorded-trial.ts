import type { CaseKind, EffectError, ExpectedOutcome, TrialMetrics, Usage, Verdict } from "../../domain/index.ts";
import type { Json, JsonObject } from "../../kernel/index.ts";

/** A result recorded by others, in the one form that every reader of this folder gives. */
export interface RecordedTrial {
  readonly file: string;
  /** The place in the file, for messages: `row 3`, `simulations[3]`, `line 3`. */
  readonly where: string;
  readonly caseId: string;
  /** The number the file gives the attempt; null where it gives none. */
  readonly recordedTrial: number | null;
  /** What was asked; null where the file does not say (a crashed run, outcomes only). */
  readonly task: RecordedTask | null;
  readonly kind: CaseKind;
  readonly tags: readonly string[];
  readonly isPass: boolean;
  /** In [0, 1]. */
  readonly score: number;
  /** The deciding verdict first, then finer labels that do not gate. */
  readonly verdicts: readonly Verdict[];
  readonly agent: { readonly name: string; readonly version: string };
  readonly model: string | null;
  readonly settings?: JsonObject;
  readonly seed: number;
  readonly startedAtMs: number | null;
  readonly durationMs: number | null;
  /** Of the agent alone, for the whole trial; null is unknown. */
  readonly costUsd: number | null;
  readonly messages: readonly RecordedMessage[];
  readonly ending: { readonly outcome: "answered" | "failed" | "timeout"; readonly error?: EffectError };
  readonly attributes: JsonObject;
  readonly expected?: ExpectedOutcome;
  /** What the file counts without showing it: such trials have no messages. */
  readonly counts?: Partial<Pick<TrialMetrics, "messageCount" | "toolCallCount" | "tools">>;
}

export interface RecordedTask {
  /** What the agent was asked: hashed, so that two imports of the same task compare. */
  readonly input: Json;
  /** What counted as right: must agree between files, but is not part of the question. */
  readonly solution: Json;
}

export type RecordedMessage =
  | { readonly role: "system" | "user"; readonly content: string; readonly atMs: number | null }
  | RecordedAnswer;

export interface RecordedAnswer {
  readonly role: "assistant";
  readonly content: string;
  readonly reasoning?: string;
  readonly calls: readonly RecordedCall[];
  readonly atMs: number | null;
  /** False for a fixed text that no model wrote, such as an opening greeting. */
  readonly isFromModel: boolean;
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

/** What a reader makes of one file. */
export interface RecordedFile {
  readonly trials: readonly RecordedTrial[];
  readonly refused: readonly RefusedRow[];
  /** Calls of the simulated user's own tools, left out. */
  readonly userToolCallCount: number;
  /** Tool results without a call before them, left out. */
  readonly unpairedResultCount: number;
}

export interface RefusedRow {
  readonly file: string;
  readonly where: string;
  readonly why: string;
}
