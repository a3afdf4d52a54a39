import type { Message, MicroUsd, RunEvent, Verdict } from "../domain/index.ts";
import type { Json, JsonObject } from "../kernel/index.ts";
import type { Transcript } from "./transcript.ts";

/** A rubric bound to a model: another rubric, model or prompt is another judge. */
export interface Judge extends JudgeIdentity {
  readonly name: string;
  /** Never rejects: what goes wrong is a void verdict with its reasons. */
  evaluate(input: JudgeInput): Promise<JudgeReport>;
}

/** What a calibration must match to count. */
export interface JudgeIdentity {
  /** Short hash of rubric, model and prompt version. */
  readonly id: string;
  /** `provider/model`. */
  readonly model: string;
  readonly rubricHash: string;
  /** A mean score of at least this passes. */
  readonly min: number;
  readonly passes: number;
}

/** What to judge: a log, a conversation, a text with numbered events, or a transcript already made. */
export interface JudgeInput {
  readonly conversation: readonly RunEvent[] | readonly Message[] | Transcript | string;
  readonly expected?: Json;
  /** Facts about the case that the judge may know. */
  readonly metadata?: JsonObject;
  /** Instead of the judge's own number. */
  readonly passes?: number;
  readonly signal?: AbortSignal;
}

export interface JudgeReport {
  readonly judgeId: string;
  readonly verdict: Verdict;
  /** Of the passes that scored; null when none did. */
  readonly spread: ScoreSpread | null;
  readonly passes: readonly JudgePass[];
  /** Excerpts that really occur in the transcript, each once. */
  readonly quotes: readonly JudgeQuote[];
  /** Excerpts the judge made up. */
  readonly unverifiedQuoteCount: number;
  readonly isTranscriptCut: boolean;
  readonly costMicroUsd: MicroUsd | null;
}

export interface ScoreSpread {
  readonly mean: number;
  /** Sample standard deviation; null for one score. */
  readonly sd: number | null;
  readonly min: number;
  readonly max: number;
}

/** One time the model was asked. */
export type JudgePass =
  | { readonly kind: "scored"; readonly score: number; readonly reason: string; readonly quotes: readonly JudgeQuote[] }
  | { readonly kind: "void"; readonly why: JudgePassFailure; readonly reason: string };

export type JudgePassFailure = "bad_answer" | "crash" | "timeout" | "refusal" | "cancelled";

export interface JudgeQuote {
  /** The event it occurs in. */
  readonly seq: number;
  readonly text: string;
}
