import type { Trial } from "../../../domain/index.ts";
import { AegisError, type Id, invariant, LIMITS } from "../../../kernel/index.ts";
import { decodeEvalRun, encodeEvalRun } from "../../eval-run-row.ts";
import type { Sql } from "../../sql.ts";
import { removeKnown } from "../../queries/remove-traces.ts";
import { allOf, type Fragment, sql } from "../../statement.ts";
import { assertKey, textOf } from "../../stored-row.ts";
import type { EvalStore } from "../../store.ts";
import { decodeTrial, encodeTrial } from "../../trial-row.ts";
import { decodeRows } from "./decode-rows.ts";
import { sqlState } from "./failure.ts";

/** Indexes: the primary keys, eval_run's unique name, eval_run_by_time, eval_run_by_suite, trial's unique attempt. */
export function evalQuestions(db: Sql, label: string): EvalStore {
  return { ...evalRunQuestions(db, label), ...trialQuestions(db, label), ...baselineQuestions(db) };
}

type EvalRuns = Pick<EvalStore, "createEvalRun" | "updateEvalRun" | "findEvalRun" | "listEvalRuns" | "removeEvalRun">;

function evalRunQuestions(db: Sql, label: string): EvalRuns {
  return {
    async createEvalRun(run) {
      const { id, name, suite, started_at_ms, body } = encodeEvalRun(run);
      const made = await db.run(
        sql`INSERT INTO eval_run (id, name, suite, started_at_ms, body)
          VALUES (${id}, ${name}, ${suite}, ${started_at_ms}, ${body}) ON CONFLICT DO NOTHING RETURNING id`,
      );
      if (made.length === 0) throw duplicate(name);
    },
    async updateEvalRun(run) {
      const { id, name, suite, started_at_ms, body } = encodeEvalRun(run);
      const update = sql`UPDATE eval_run SET name = ${name}, suite = ${suite}, started_at_ms = ${started_at_ms},
        body = ${body} WHERE id = ${id} RETURNING id`;
      const changed = await refusing(db.run(update), UNIQUE_VIOLATION, () => duplicate(name));
      if (changed.length === 0) throw unknownRun(id);
    },
    async findEvalRun(idOrName) {
      if (idOrName.includes("\0")) return undefined;
      const rows = await db.run(
        sql`SELECT * FROM eval_run WHERE id = ${idOrName} OR name = ${idOrName} ORDER BY id = ${idOrName} DESC LIMIT 1`,
      );
      return decodeRows(rows, decodeEvalRun, label)[0];
    },
    async listEvalRuns({ limit, suite, before }) {
      invariant(limit >= 1 && limit <= LIMITS.pageRowsMax, "whoever asks bounds the page");
      const where = allOf([
        suite !== undefined && sql`suite = ${suite}`,
        before && sql`(started_at_ms, id) < (${before.startedAtMs}, ${before.id})`,
      ]);
      const rows = await db.run(
        sql`SELECT * FROM eval_run WHERE ${where} ORDER BY started_at_ms DESC, id DESC LIMIT ${limit}`,
      );
      return decodeRows(rows, decodeEvalRun, label);
    },
    async removeEvalRun(id) {
      await db.runTogether([
        ...removeRunsOf(sql`SELECT run_id FROM trial WHERE eval_run_id = ${id}`),
        sql`DELETE FROM trial WHERE eval_run_id = ${id}`,
        sql`DELETE FROM baseline WHERE eval_run_id = ${id}`,
        sql`DELETE FROM eval_run WHERE id = ${id}`,
      ]);
    },
  };
}

type Trials = Pick<EvalStore, "saveTrial" | "removeTrial" | "listTrials" | "findTrial">;

function trialQuestions(db: Sql, label: string): Trials {
  return {
    saveTrial: (trial) => saveTrial(db, trial),
    async removeTrial(id) {
      await db.runTogether([
        ...removeRunsOf(sql`SELECT run_id FROM trial WHERE id = ${id}`),
        sql`DELETE FROM trial WHERE id = ${id}`,
      ]);
    },
    async listTrials(evalRunId) {
      const rows = await db.run(
        sql`SELECT * FROM trial WHERE eval_run_id = ${evalRunId} ORDER BY case_id, attempt_index`,
      );
      return decodeRows(rows, decodeTrial, label);
    },
    async findTrial(id) {
      if (id.includes("\0")) return undefined;
      return decodeRows(await db.run(sql`SELECT * FROM trial WHERE id = ${id}`), decodeTrial, label)[0];
    },
  };
}

function removeRunsOf(runIds: Fragment): Fragment[] {
  return [sql`DELETE FROM run_log WHERE run_id IN (${runIds})`, ...removeKnown(runIds)];
}

async function saveTrial(db: Sql, trial: Trial): Promise<void> {
  const row = encodeTrial(trial);
  const insert = sql`INSERT INTO trial (id, eval_run_id, run_id, case_id, attempt_index, seed, isolation, started_at_ms,
      outcome, verdicts, metrics)
    VALUES (${row.id}, ${row.eval_run_id}, ${row.run_id}, ${row.case_id}, ${row.attempt_index}, ${row.seed},
      ${row.isolation}, ${row.started_at_ms}, ${row.outcome}, ${row.verdicts}, ${row.metrics})
    ON CONFLICT DO NOTHING RETURNING id`;
  const saved = await refusing(db.run(insert), FOREIGN_KEY_VIOLATION, () => unknownRun(row.eval_run_id));
  if (saved.length > 0) return;
  throw new AegisError("log.conflict", `Attempt ${row.attempt_index} at case ${row.case_id} has been saved already`);
}

function baselineQuestions(db: Sql): Pick<EvalStore, "setBaseline" | "findBaseline"> {
  return {
    async setBaseline({ suite, name, evalRunId }) {
      assertKey(suite, "The suite's name");
      assertKey(name, "The baseline's name");
      const upsert = sql`INSERT INTO baseline (suite, name, eval_run_id) VALUES (${suite}, ${name}, ${evalRunId})
        ON CONFLICT (suite, name) DO UPDATE SET eval_run_id = excluded.eval_run_id`;
      await refusing(db.run(upsert), FOREIGN_KEY_VIOLATION, () => unknownRun(evalRunId));
    },
    async findBaseline(suite, name) {
      if (`${suite}${name}`.includes("\0")) return undefined;
      const [row] = await db.run(sql`SELECT eval_run_id FROM baseline WHERE suite = ${suite} AND name = ${name}`);
      return row && (textOf(row, "eval_run_id") as Id<"eval-run">);
    },
  };
}

const UNIQUE_VIOLATION = "23505";
const FOREIGN_KEY_VIOLATION = "23503";

async function refusing<Value>(work: Promise<Value>, state: string, refusal: () => AegisError): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    throw sqlState(error) === state ? refusal() : error;
  }
}

function duplicate(name: string): AegisError {
  return new AegisError("eval.duplicate_run", `There is an eval run ${JSON.stringify(name)} already`);
}

function unknownRun(id: string): AegisError {
  return new AegisError("eval.unknown_run", `There is no eval run ${id}`);
}
