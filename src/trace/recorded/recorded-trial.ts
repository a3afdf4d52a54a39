import type { CaseKind, TrialMetrics } from "../../domain/index.ts";
import type { Json } from "../../kernel/index.ts";
import type { RecordedEnding, RecordedRun } from "./recorded-run.ts";

/** A result of a benchmark recorded by others: a run that somebody decided on. */
export interface RecordedTrial extends RecordedRun {
  /** The file's own id of the conversation; null where it gives none. */
  readonly ownId: string | null;
  /** The row as the file holds it. */
  readonly raw: Json;
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
  readonly seed: number;
  readonly ending: RecordedEnding;
  /** What the file counts without showing it: such trials have no messages. */
  readonly counts?: Partial<Pick<TrialMetrics, "messageCount" | "toolCallCount" | "tools">>;
}

export interface RecordedTask {
  /** What the agent was asked: hashed, so that two imports of the same task compare. */
  readonly input: Json;
  /** What counted as right: must agree between files, but is not part of the question. */
  readonly solution: Json;
}

/** What a reader makes of one file of results. */
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
