import type { EvalRun, NewEvent, Trial } from "../../domain/index.ts";
import type { Id } from "../../kernel/index.ts";
import type { ImportFile, RecordedFile, RefusedRow, ResultFormat } from "../../trace/recorded/index.ts";

export interface ImportRequest {
  /** In the order in which their attempts are to be counted. */
  readonly files: readonly ImportFile[];
  readonly format: ResultFormat;
  /** Dotted path, within a row, of a boolean or a number that says success; without it the format's own reward. */
  readonly successPath?: string;
  /** Only for jsonl: leave bad lines out and list them, instead of refusing the import. */
  readonly skipBad?: boolean;
  readonly runName: string;
  readonly makeId: <Kind extends string>() => Id<Kind>;
  readonly nowMs: number;
}

export interface ImportedResults {
  readonly run: EvalRun;
  readonly trials: readonly ImportedTrial[];
  readonly notes: ImportNotes;
}

export interface ImportedTrial {
  readonly trial: Trial;
  readonly events: readonly NewEvent[];
}

/** What a person should know about the import. */
export interface ImportNotes {
  /** Trials imported. */
  readonly kept: number;
  readonly refusedCount: number;
  /** The first hundred of them. */
  readonly refused: readonly RefusedRow[];
  /** Sentences about what was left out or is not known. */
  readonly remarks: readonly string[];
}

/** A file as read, with what identifies it. */
export interface ReadFile {
  readonly path: string;
  readonly sha256: string;
  readonly content: RecordedFile;
}
