import type { DatabaseSync } from "node:sqlite";
import type { EvalRunRow } from "../../../eval-run-row.ts";
import { Refusal } from "../failure.ts";
import type { Handlers } from "../protocol.ts";

/** Listed newest first, by keyset, so that new runs never shift a page. Indexes: eval_run_by_time, eval_run_by_suite. */
export function prepareEvalRuns(
  db: DatabaseSync,
): Handlers<"createEvalRun" | "updateEvalRun" | "findEvalRun" | "listEvalRuns" | "removeEvalRun"> {
  const find = db.prepare("SELECT * FROM eval_run WHERE id = ?1 OR name = ?1 ORDER BY id = ?1 DESC LIMIT 1");
  const taken = db.prepare("SELECT id FROM eval_run WHERE name = ? AND id <> ?");
  const insert = db.prepare(
    "INSERT INTO eval_run (name, suite, started_at_ms, body, id) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const update = db.prepare("UPDATE eval_run SET name = ?, suite = ?, started_at_ms = ?, body = ? WHERE id = ?");
  const list = (where: string) =>
    db.prepare(`SELECT * FROM eval_run WHERE ${where} ORDER BY started_at_ms DESC, id DESC LIMIT ?`);
  const listAll = list("(started_at_ms, id) < (?, ?)");
  const listSuite = list("suite = ? AND (started_at_ms, id) < (?, ?)");
  const remove = [
    db.prepare("DELETE FROM run_log WHERE run_id IN (SELECT run_id FROM trial WHERE eval_run_id = ?)"),
    db.prepare("DELETE FROM feedback WHERE run_id IN (SELECT run_id FROM trial WHERE eval_run_id = ?)"),
    db.prepare("DELETE FROM trace WHERE run_id IN (SELECT run_id FROM trial WHERE eval_run_id = ?)"),
    db.prepare("DELETE FROM trial WHERE eval_run_id = ?"),
    db.prepare("DELETE FROM baseline WHERE eval_run_id = ?"),
    db.prepare("DELETE FROM eval_run WHERE id = ?"),
  ];
  return {
    createEvalRun(row) {
      if (insert.run(...cellsOf(row)).changes === 0) throw duplicate(row.name);
      return null;
    },
    updateEvalRun(row) {
      if (taken.get(row.name, row.id) !== undefined) throw duplicate(row.name);
      if (update.run(...cellsOf(row)).changes === 0) throw new Refusal("eval.unknown_run", `No eval run ${row.id}`);
      return null;
    },
    findEvalRun: (idOrName) => find.get(idOrName) ?? null,
    listEvalRuns({ limit, suite, before }) {
      const place = [before?.startedAtMs ?? Number.MAX_VALUE, before?.id ?? "", limit];
      return suite === null ? listAll.all(...place) : listSuite.all(suite, ...place);
    },
    removeEvalRun(id) {
      for (const statement of remove) statement.run(id);
      return null;
    },
  };
}

function cellsOf(row: EvalRunRow): [string, string, number, string, string] {
  return [row.name, row.suite, row.started_at_ms, row.body, row.id];
}

function duplicate(name: string): Refusal {
  return new Refusal("eval.duplicate_run", `There is an eval run ${JSON.stringify(name)} already`);
}
