import type { TraceSummary } from "../../domain/index.ts";
import type { Sql } from "../sql.ts";
import { allOf, type Fragment, sql } from "../statement.ts";
import { bucketOf, PLACES_PER_BUCKET } from "../trace-position.ts";
import { decodeTrace } from "../trace-row.ts";
import type { TraceQuery } from "../trace-store.ts";
import { boundedLimit } from "./page.ts";
import { columnConditions } from "./trace-conditions.ts";

/** What the full-text index is asked for, all of it. */
export interface TraceSearch {
  readonly marks: readonly string[];
  /** Of what the columns are asked as well. */
  readonly columnMarks: readonly string[];
  /** Of the last one the beginning is enough. */
  readonly words: readonly string[];
}

/** How many more than a page are read, so that its last bucket is nearly always whole. */
const SPARE = 32;

/**
 * Newest first. Words hold letters and digits alone, marks a sign no word has, so no query can be an operator. SQLite: the
 * FTS5 table trace_search gives matches in order of position, so that a page of a common word is not a look at all that
 * hold it. Postgres: a GIN index on words, or trace_by_time where what is asked for is common.
 */
export async function searchTraces(db: Sql, query: TraceQuery, search: TraceSearch): Promise<TraceSummary[]> {
  const limit = boundedLimit(query.limit);
  if (db.dialect === "sqlite") return searchSqlite(db, { ...query, limit }, search);
  const where = allOf([...columnConditions(query), sql`words @@ CAST(${tsquery(search)} AS tsquery)`]);
  const rows = await db.run(
    sql`SELECT body FROM trace WHERE ${where} ORDER BY started_at_ms DESC, run_id DESC LIMIT ${limit}`,
  );
  return rows.map(decodeTrace);
}

async function searchSqlite(db: Sql, query: TraceQuery, search: TraceSearch): Promise<TraceSummary[]> {
  const { limit, before, startedFromMs, startedToMs } = query;
  const match = ftsQuery(search);
  const conditions = columnConditions(query);
  const latestMs = Math.min(before?.startedAtMs ?? Infinity, startedToMs ?? Infinity);
  const read = async (bounds: { readonly fromMs: number; readonly toMs: number }, most: number) => {
    const rows = await db.run(
      sql`SELECT body FROM trace_search CROSS JOIN trace ON trace.position = trace_search.rowid
        WHERE ${allOf([sql`trace_search MATCH ${match}`, ...positionBounds(bounds), ...conditions])}
        ORDER BY trace_search.rowid DESC LIMIT ${most}`,
    );
    return rows.map(decodeTrace);
  };
  const found = await read({ fromMs: startedFromMs ?? -Infinity, toMs: latestMs }, limit + SPARE);
  const [lastOfPage, lastRead] = [found[limit - 1], found.at(-1)];
  const isCut = found.length === limit + SPARE && bucketOf(lastOfPage!.startedAtMs) === bucketOf(lastRead!.startedAtMs);
  if (isCut) {
    const bucket = { fromMs: lastRead!.startedAtMs, toMs: lastRead!.startedAtMs };
    const whole = await read(bucket, PLACES_PER_BUCKET);
    found.splice(0, found.length, ...found.filter((each) => !isIn(each, bucket.fromMs)), ...whole);
  }
  return found.toSorted(newestFirst).slice(0, limit);
}

function isIn({ startedAtMs }: TraceSummary, bucketMs: number): boolean {
  return bucketOf(startedAtMs) === bucketOf(bucketMs);
}

function newestFirst(left: TraceSummary, right: TraceSummary): number {
  return right.startedAtMs - left.startedAtMs || (left.runId < right.runId ? 1 : -1);
}

/** The buckets of both bounds are within. */
function positionBounds({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): Fragment[] {
  const [first, end] = [bucketOf(fromMs) * PLACES_PER_BUCKET, (bucketOf(toMs) + 1) * PLACES_PER_BUCKET];
  return [
    ...(fromMs === -Infinity ? [] : [sql`trace_search.rowid >= CAST(${first} AS INTEGER)`]),
    ...(toMs === Infinity ? [] : [sql`trace_search.rowid < CAST(${end} AS INTEGER)`]),
  ];
}

function ftsQuery({ marks, columnMarks, words }: TraceSearch): string {
  const last = words.at(-1);
  const whole = [...marks, ...columnMarks, ...words.slice(0, -1)].map((word) => `"${word}"`);
  return (last === undefined ? whole : [...whole, `"${last}" *`]).join(" AND ");
}

function tsquery({ marks, words }: TraceSearch): string {
  const last = words.at(-1);
  const whole = [...marks, ...words.slice(0, -1)].map((word) => `'${word}'`);
  return (last === undefined ? whole : [...whole, `'${last}':*`]).join(" & ");
}
