import type { DatabaseSync } from "node:sqlite";
import { Refusal } from "../failure.ts";
import type { Handlers } from "../protocol.ts";

export function prepareBaselines(db: DatabaseSync): Handlers<"setBaseline" | "findBaseline"> {
  const evalRun = db.prepare("SELECT 1 FROM eval_run WHERE id = ?");
  const upsert = db.prepare(
    `INSERT INTO baseline (suite, name, eval_run_id) VALUES (?, ?, ?)
     ON CONFLICT (suite, name) DO UPDATE SET eval_run_id = excluded.eval_run_id`,
  );
  const find = db.prepare("SELECT eval_run_id FROM baseline WHERE suite = ? AND name = ?");
  return {
    setBaseline({ suite, name, evalRunId }) {
      if (evalRun.get(evalRunId) === undefined) throw new Refusal("eval.unknown_run", `No eval run ${evalRunId}`);
      upsert.run(suite, name, evalRunId);
      return null;
    },
    findBaseline({ suite, name }) {
      const row = find.get(suite, name);
      return row === undefined ? null : String(row["eval_run_id"]);
    },
  };
}
