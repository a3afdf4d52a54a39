import type { CheckSpec, EvalCase, IsolationLevel } from "../domain/index.ts";
import type { WorldFactory } from "../world/index.ts";
import type { Scorer, SuiteModel } from "./define/define-suite.ts";
import type { AgentTarget } from "./trial-job.ts";

/** A suite parsed once: defaults filled in, files read, cases in order. */
export interface LoadedSuite {
  readonly name: string;
  readonly file: string;
  readonly target: AgentTarget;
  readonly trials: number;
  readonly isolation: IsolationLevel;
  readonly cases: readonly EvalCase[];
  readonly checks: readonly CheckSpec[];
  readonly scorers: readonly Scorer[];
  readonly scoreMin: number;
  readonly timeoutMs: number;
  readonly passEnv: readonly string[];
  /** Profiles of faults that every trial is put under. */
  readonly faults: readonly string[];
  readonly world?: WorldFactory;
  readonly model?: SuiteModel;
}
