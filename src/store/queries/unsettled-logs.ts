import type { Id } from "../../kernel/index.ts";
import type { Sql } from "../sql.ts";
import { joined, sql } from "../statement.ts";
import { numberOf, textOf } from "../stored-row.ts";
import type { UnsettledLog } from "../trace-store.ts";
import { boundedLimit } from "./page.ts";

/** Rows are written by triggers, with what makes a log unsettled. Index: the primary key. */
export async function listUnsettledLogs(db: Sql, limit: number): Promise<UnsettledLog[]> {
  const rows = await db.run(sql`SELECT run_id, change FROM unsettled_log ORDER BY run_id LIMIT ${boundedLimit(limit)}`);
  return rows.map((row) => ({ runId: textOf(row, "run_id") as Id<"run">, change: numberOf(row, "change") }));
}

export async function noteSettledLogs(db: Sql, logs: readonly UnsettledLog[]): Promise<void> {
  if (logs.length === 0) return;
  const settled = logs.map(({ runId, change }) => sql`(run_id = ${runId} AND change = ${change})`);
  await db.runTogether([sql`DELETE FROM unsettled_log WHERE ${joined(settled, " OR ")}`]);
}
