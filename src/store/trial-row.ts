import { ISOLATION_LEVELS, type Trial } from "../domain/index.ts";
import { arrayOf, assertKey, numberOf, objectOf, type StoredRow, textOf, wordOf } from "./stored-row.ts";

export interface TrialRow {
  readonly id: string;
  readonly eval_run_id: string;
  readonly run_id: string;
  readonly case_id: string;
  readonly attempt_index: number;
  readonly seed: number;
  readonly isolation: string;
  readonly started_at_ms: number;
  readonly outcome: string;
  readonly verdicts: string;
  readonly metrics: string;
}

export function encodeTrial(trial: Trial): TrialRow {
  assertKey(trial.id, "The trial's id");
  assertKey(trial.caseId, "The case's id");
  assertKey(trial.runId, "The run's id");
  return {
    id: trial.id,
    eval_run_id: trial.evalRunId,
    run_id: trial.runId,
    case_id: trial.caseId,
    attempt_index: trial.attemptIndex,
    seed: trial.seed,
    isolation: trial.isolation,
    started_at_ms: trial.startedAtMs,
    outcome: JSON.stringify(trial.outcome),
    verdicts: JSON.stringify(trial.verdicts),
    metrics: JSON.stringify(trial.metrics),
  };
}

/** @throws {AegisError} "store.corrupt" */
export function decodeTrial(row: StoredRow): Trial {
  const outcome = objectOf(row, "outcome");
  wordOf(outcome["kind"], ["scored", "void"], "trial.outcome.kind");
  const trial = {
    id: textOf(row, "id"),
    evalRunId: textOf(row, "eval_run_id"),
    runId: textOf(row, "run_id"),
    caseId: textOf(row, "case_id"),
    attemptIndex: numberOf(row, "attempt_index"),
    seed: numberOf(row, "seed"),
    isolation: wordOf(row["isolation"], ISOLATION_LEVELS, "trial.isolation"),
    startedAtMs: numberOf(row, "started_at_ms"),
    outcome,
    verdicts: arrayOf(row, "verdicts"),
    metrics: objectOf(row, "metrics"),
  };
  return trial as unknown as Trial;
}
