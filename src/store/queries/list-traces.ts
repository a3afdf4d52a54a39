import type { TraceSummary } from "../../domain/index.ts";
import { invariant, LIMITS } from "../../kernel/index.ts";
import type { Sql } from "../sql.ts";
import { allOf, sql } from "../statement.ts";
import { decodeTrace } from "../trace-row.ts";
import type { TraceQuery } from "../trace-store.ts";
import { wordsOf } from "../words-of.ts";
import { boundedLimit } from "./page.ts";
import { searchTraces } from "./search-traces.ts";
import { columnConditions } from "./trace-conditions.ts";
import { columnMarksWanted, marksWanted } from "../trace-marks.ts";

/**
 * Newest first by keyset (started_at_ms, run_id). Indexes: trace_by_time, trace_by_agent, trace_by_user, trace_by_session;
 * what these do not tell (a tool, a finding, words, ...) the full-text index does, see `searchTraces`.
 */
export async function listTraces(db: Sql, query: TraceQuery): Promise<TraceSummary[]> {
  const words = wantedWords(query.text);
  if (words === undefined) return [];
  const marks = marksWanted(query);
  if (words.length + marks.length > 0) {
    return searchTraces(db, query, { marks, columnMarks: columnMarksWanted(query), words });
  }
  const rows = await db.run(
    sql`SELECT body FROM trace WHERE ${allOf(columnConditions(query))}
      ORDER BY started_at_ms DESC, run_id DESC LIMIT ${boundedLimit(query.limit)}`,
  );
  return rows.map(decodeTrace);
}

/** The last one is that of which the beginning is enough. Undefined: a text without words. */
function wantedWords(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return [];
  invariant(text.length <= LIMITS.traceSearchCharactersMax, "the api schema bounds the text");
  const words = wordsOf(text);
  const last = words.at(-1);
  return last === undefined ? undefined : [...new Set(words.slice(0, -1)), last];
}
