import type { TraceSummary } from "../../domain/index.ts";
import type { Sql } from "../sql.ts";
import { type Fragment, sql } from "../statement.ts";
import { columnText, decodeTrace } from "../trace-row.ts";

const BEGINNING_CHARACTERS_MIN = 6;
/** Behind every text that goes on with a character an id may have. */
const LAST = "\u{10ffff}";

/** Indexes: trace.run_id, trace_by_trace_id. */
export async function findTrace(db: Sql, given: string): Promise<TraceSummary | undefined> {
  const id = columnText(given);
  const isIt = sql`run_id = ${id} UNION ALL SELECT body FROM trace WHERE trace_id = ${id}`;
  const [exact] = await db.run(sql`SELECT body FROM trace WHERE ${isIt} LIMIT 1`);
  if (exact !== undefined) return decodeTrace(exact);
  if (id.length < BEGINNING_CHARACTERS_MIN) return undefined;
  const [byRun, byTrace] = [await beginning(db, sql`run_id`, id), await beginning(db, sql`trace_id`, id)];
  const [found, another] = [...new Map([...byRun, ...byTrace].map((trace) => [trace.runId, trace])).values()];
  return another === undefined ? found : undefined;
}

async function beginning(db: Sql, column: Fragment, id: string): Promise<TraceSummary[]> {
  const rows = await db.run(
    sql`SELECT body FROM trace WHERE ${column} >= ${id} AND ${column} < ${id + LAST} ORDER BY ${column} LIMIT 2`,
  );
  return rows.map(decodeTrace);
}
