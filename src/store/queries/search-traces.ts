import type { TraceSummary } from "../../domain/index.ts";
import type { Sql } from "../sql.ts";
import { allOf, sql } from "../statement.ts";
import { decodeTrace } from "../trace-row.ts";
import type { TraceQuery } from "../trace-store.ts";
import { boundedLimit } from "./page.ts";
import { searchStretches } from "./search-stretches.ts";
import { columnConditions } from "./trace-conditions.ts";
import type { TraceSearch } from "./trace-search.ts";

/**
 * Newest first. Words hold letters and digits alone, so no query can be an operator. The question that databases answer in
 * ways of their own. SQLite: see `searchStretches`. Postgres: a GIN index on words, or trace_by_time where what is asked for
 * is common.
 */
export async function searchTraces(db: Sql, query: TraceQuery, search: TraceSearch): Promise<TraceSummary[]> {
  const limit = boundedLimit(query.limit);
  if (db.dialect === "sqlite") return searchStretches(db, query, search);
  const where = allOf([...columnConditions(query), sql`words @@ CAST(${tsquery(search)} AS tsquery)`]);
  const rows = await db.run(
    sql`SELECT body FROM trace WHERE ${where} ORDER BY started_at_ms DESC, run_id DESC LIMIT ${limit}`,
  );
  return rows.map(decodeTrace);
}

function tsquery({ marks, words }: TraceSearch): string {
  const last = words.at(-1);
  const whole = [...marks.map((mark) => `_${mark}`), ...words.slice(0, -1)].map((word) => `'${word}'`);
  return (last === undefined ? whole : [...whole, `'${last}':*`]).join(" & ");
}
