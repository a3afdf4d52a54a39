import type { EvalRun, NewEvent, RunEvent, Trial } from "../domain/index.ts";
import type { Id } from "../kernel/index.ts";
import type { RuntimeStore } from "./runtime-store.ts";
import type { TraceStore } from "./trace-store.ts";

/** Append-only logs of runs. Every adapter passes `testing/store-conformance.ts`. */
export interface LogStore {
  /**
   * Appends at the end, all or nothing; resolves once the events are durable.
   * @param expectedSeq the sequence number the first event must get: a writer that was overtaken is fenced off
   * @returns the next free sequence number
   * @throws {AegisError} "log.conflict" when the log does not end at expectedSeq
   */
  append(runId: Id<"run">, events: readonly NewEvent[], expectedSeq: number): Promise<number>;
  /** Events from `fromSeq` on, in order, at most `limit` (LIMITS.trialEventsMax unless told). Empty for an unknown run. */
  read(runId: Id<"run">, page?: { readonly fromSeq?: number; readonly limit?: number }): Promise<RunEvent[]>;
  /**
   * Calls back after each append to this run has become durable, with what was appended where this process did it (a
   * store may also announce other processes' appends, without); returns a function that stops it.
   */
  onAppend(runId: Id<"run">, listener: (nextSeq: number, events?: readonly RunEvent[]) => void): () => void;
}

/** Eval runs, their trials, and which run is whose baseline. */
export interface EvalStore {
  /** @throws {AegisError} "eval.duplicate_run" when the name is taken */
  createEvalRun(run: EvalRun): Promise<void>;
  updateEvalRun(run: EvalRun): Promise<void>;
  /** By id, or by name. */
  findEvalRun(idOrName: string): Promise<EvalRun | undefined>;
  /** Newest first. */
  listEvalRuns(page: {
    readonly limit: number;
    readonly suite?: string;
    readonly before?: { readonly startedAtMs: number; readonly id: string };
  }): Promise<EvalRun[]>;
  /** Removes the run, its trials and their logs. */
  removeEvalRun(id: Id<"eval-run">): Promise<void>;
  /** Resolves once durable. A second trial of the same (evalRunId, caseId, attemptIndex) is refused with "log.conflict". */
  saveTrial(trial: Trial): Promise<void>;
  /** Removes one trial and its log, so that the attempt can be made again. */
  removeTrial(id: Id<"trial">): Promise<void>;
  /** In order of case id and attempt. */
  listTrials(evalRunId: Id<"eval-run">): Promise<Trial[]>;
  findTrial(id: string): Promise<Trial | undefined>;
  /** Replaces the suite's baseline of that name (`main` unless told otherwise by the caller). */
  setBaseline(baseline: {
    readonly suite: string;
    readonly name: string;
    readonly evalRunId: Id<"eval-run">;
  }): Promise<void>;
  findBaseline(suite: string, name: string): Promise<Id<"eval-run"> | undefined>;
}

export interface Store extends LogStore, EvalStore, RuntimeStore, TraceStore, AsyncDisposable {
  /** Resolves when everything handed over so far is durable. */
  flush(): Promise<void>;
}
