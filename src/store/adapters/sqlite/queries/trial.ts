import type { DatabaseSync } from "node:sqlite";
import { Refusal } from "../failure.ts";
import type { Handlers } from "../protocol.ts";

/** Index: the unique key (eval_run_id, case_id, attempt_index), which is also the order of the list. */
export function prepareTrials(db: DatabaseSync): Handlers<"saveTrial" | "removeTrial" | "listTrials" | "findTrial"> {
  const evalRun = db.prepare("SELECT 1 FROM eval_run WHERE id = ?");
  const insert = db.prepare(
    `INSERT INTO trial (id, eval_run_id, run_id, case_id, attempt_index, seed, isolation, started_at_ms, outcome, verdicts, metrics)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const list = db.prepare("SELECT * FROM trial WHERE eval_run_id = ? ORDER BY case_id, attempt_index");
  const find = db.prepare("SELECT * FROM trial WHERE id = ?");
  const remove = [
    db.prepare("DELETE FROM run_log WHERE run_id IN (SELECT run_id FROM trial WHERE id = ?)"),
    db.prepare("DELETE FROM feedback WHERE run_id IN (SELECT run_id FROM trial WHERE id = ?)"),
    db.prepare("DELETE FROM trace WHERE run_id IN (SELECT run_id FROM trial WHERE id = ?)"),
    db.prepare("DELETE FROM trial WHERE id = ?"),
  ];
  return {
    saveTrial(row) {
      if (evalRun.get(row.eval_run_id) === undefined) {
        throw new Refusal("eval.unknown_run", `No eval run ${row.eval_run_id} to save a trial of`);
      }
      const { changes } = insert.run(
        row.id,
        row.eval_run_id,
        row.run_id,
        row.case_id,
        row.attempt_index,
        row.seed,
        row.isolation,
        row.started_at_ms,
        row.outcome,
        row.verdicts,
        row.metrics,
      );
      if (changes === 1) return null;
      throw new Refusal("log.conflict", `Attempt ${row.attempt_index} at case ${row.case_id} has been saved already`);
    },
    removeTrial(id) {
      for (const statement of remove) statement.run(id);
      return null;
    },
    listTrials: (evalRunId) => list.all(evalRunId),
    findTrial: (id) => find.get(id) ?? null,
  };
}
