import type { ErrorCode } from "../../../kernel/index.ts";
import type { EvalRunRow } from "../../eval-run-row.ts";
import type { Statement } from "../../sql.ts";
import type { StoredRow } from "../../stored-row.ts";
import type { TraceRow } from "../../trace-row.ts";
import type { TrialRow } from "../../trial-row.ts";

/** What the worker is started with. */
export interface WorkerSettings {
  readonly path: string;
  readonly isReadOnly: boolean;
  readonly synchronous: "full" | "normal";
  readonly busyTimeoutMs: number;
  readonly eventsPerCommitMax: number;
}

/** Every question the main thread can put to the worker. */
export interface Operations {
  /** `cells` holds type, atMs, witness and body of each event in turn: one flat array copies fastest between threads. */
  append: { input: { runId: string; expectedSeq: number; cells: readonly (string | number)[] }; output: null };
  readEvents: { input: { runId: string; fromSeq: number; limit: number }; output: StoredRow[] };
  createEvalRun: { input: EvalRunRow; output: null };
  updateEvalRun: { input: EvalRunRow; output: null };
  findEvalRun: { input: string; output: StoredRow | null };
  listEvalRuns: { input: EvalRunPage; output: StoredRow[] };
  removeEvalRun: { input: string; output: null };
  saveTrial: { input: TrialRow; output: null };
  removeTrial: { input: string; output: null };
  listTrials: { input: string; output: StoredRow[] };
  findTrial: { input: string; output: StoredRow | null };
  setBaseline: { input: { suite: string; name: string; evalRunId: string }; output: null };
  findBaseline: { input: { suite: string; name: string }; output: string | null };
  /** The runtime's questions and changes; several statements are carried out all or nothing. */
  readStatements: { input: readonly Statement[]; output: StoredRow[][] };
  writeStatements: { input: readonly Statement[]; output: StoredRow[][] };
  /** `cells` holds trace id, run id, text, link, and whether it follows (1) of each part in turn; out come run
   * ids, an empty one for a part that was not kept. */
  addSpans: { input: { atMs: number; cells: readonly (string | number)[] }; output: string[] };
  /** The JSON text of each part of a trace, in the order in which they came. */
  readSpans: { input: string; output: string[] };
  saveTraces: { input: readonly TraceToSave[]; output: null };
  /** At most so many; how many it was comes out. */
  packTraces: { input: number; output: number };
  /** Answered in its turn: whatever was asked before it is durable by then. */
  flush: { input: null; output: null };
  close: { input: null; output: null };
}

export interface EvalRunPage {
  readonly limit: number;
  readonly suite: string | null;
  readonly before: { readonly startedAtMs: number; readonly id: string } | null;
}

export interface TraceToSave {
  readonly runId: string;
  readonly traceId: string | null;
  readonly startedAtMs: number;
  /** In the order of TRACE_COLUMNS: a list crosses to the other thread faster than an object of names. */
  readonly values: readonly (string | number | null)[];
  /** What it is found by, with spaces between them. */
  readonly marks: string;
  readonly words: string;
  readonly lastPart: number | null;
}

export const TRACE_COLUMNS = [
  "run_id",
  "trace_id",
  "origin",
  "agent",
  "version",
  "user_id",
  "session",
  "outcome",
  "started_at_ms",
  "duration_ms",
  "cost_micro_usd",
  "error_count",
  "body",
] as const satisfies (keyof TraceRow)[];

export const CELLS_PER_EVENT = 4;
export const CELLS_PER_PART = 5;

export type OperationName = keyof Operations;
export type Input<Name extends OperationName> = Operations[Name]["input"];
export type Output<Name extends OperationName> = Operations[Name]["output"];

export type Request = { [Name in OperationName]: { name: Name; input: Input<Name> } }[OperationName];

/** An error as it crosses the threads. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Answers come in the order of the questions. The first answers the opening itself. */
export type Reply = { readonly value: unknown } | { readonly failure: Failure };

/** What each operation does with one of its inputs, once the statements are prepared. */
export type Handlers<Name extends OperationName> = { readonly [Each in Name]: (input: Input<Each>) => Output<Each> };
