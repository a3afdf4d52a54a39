import type { Id } from "../../kernel/index.ts";
import type { Sql } from "../sql.ts";
import { sql } from "../statement.ts";
import { numberOf, textOf } from "../stored-row.ts";
import type { TraceStore, UnsettledTrace } from "../trace-store.ts";
import { boundedLimit } from "./page.ts";

/** Longest quiet first. Index: observed_unsettled. */
export async function listUnsettled(
  db: Sql,
  { quietSinceMs, limit }: Parameters<TraceStore["listUnsettled"]>[0],
): Promise<UnsettledTrace[]> {
  const rows = await db.run(
    sql`SELECT trace_id, run_id, last_part FROM observed_trace
      WHERE last_part > settled_part AND last_part_at_ms < ${quietSinceMs}
      ORDER BY last_part_at_ms LIMIT ${boundedLimit(limit)}`,
  );
  return rows.map((row) => ({
    traceId: textOf(row, "trace_id"),
    runId: textOf(row, "run_id") as Id<"run">,
    lastPart: numberOf(row, "last_part"),
  }));
}
