import { type EvalRun, ISOLATION_LEVELS } from "../domain/index.ts";
import { assertKey, numberOf, objectOf, type StoredRow, textOf, wordOf } from "./stored-row.ts";

/** What is searched by stands in columns; the rest is one JSON text. */
export interface EvalRunRow {
  readonly id: string;
  readonly name: string;
  readonly suite: string;
  readonly started_at_ms: number;
  readonly body: string;
}

export function encodeEvalRun(run: EvalRun): EvalRunRow {
  const { id, name, suite, startedAtMs, ...body } = run;
  assertKey(id, "The eval run's id");
  assertKey(name, "The eval run's name");
  assertKey(suite, "The suite's name");
  return { id, name, suite, started_at_ms: startedAtMs, body: JSON.stringify(body) };
}

/** @throws {AegisError} "store.corrupt" */
export function decodeEvalRun(row: StoredRow): EvalRun {
  const body = objectOf(row, "body");
  wordOf(body["status"], ["running", "finished", "interrupted"], "eval_run.body.status");
  wordOf(body["origin"], ["run", "import"], "eval_run.body.origin");
  wordOf(body["isolation"], ISOLATION_LEVELS, "eval_run.body.isolation");
  const columns = {
    id: textOf(row, "id"),
    name: textOf(row, "name"),
    suite: textOf(row, "suite"),
    startedAtMs: numberOf(row, "started_at_ms"),
  };
  return { ...columns, ...body } as unknown as EvalRun;
}
