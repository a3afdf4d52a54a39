import type { TraceSummary } from "../../domain/index.ts";
import type { Sql } from "../sql.ts";
import { allOf, type Fragment, sql } from "../statement.ts";
import { numberOf } from "../stored-row.ts";
import { markIn, wordIn } from "../stretch-words.ts";
import { bucketOf, PLACES_PER_BUCKET } from "../trace-position.ts";
import { decodeTrace } from "../trace-row.ts";
import type { TraceQuery } from "../trace-store.ts";
import type { TraceSearch } from "./search-traces.ts";
import { columnConditions } from "./trace-conditions.ts";

/** How many more than a page are read, so that its last bucket is nearly always whole. */
const SPARE = 32;
/** Of one question to the index: words, in all its stretches. */
const WORDS_MAX = 256;

interface Bounds {
  readonly fromMs: number;
  /** Its bucket is within. */
  readonly toMs: number;
}

/**
 * SQLite's way. The FTS5 table trace_search gives matches in order of position, and what is common is found in the newest
 * stretch: neither is a look at all that match. What is not found there is looked for in ever more stretches at once.
 * Within one bucket positions are in no order: so a page ends with a whole one.
 */
export async function searchStretches(db: Sql, query: TraceQuery, search: TraceSearch): Promise<TraceSummary[]> {
  const { limit, before, startedFromMs = -Infinity, startedToMs = Infinity } = query;
  const bounds = { fromMs: startedFromMs, toMs: Math.min(before?.startedAtMs ?? Infinity, startedToMs) };
  const found = await readNewest(db, { query, search, bounds, most: limit + SPARE });
  const [lastOfPage, lastRead] = [found[limit - 1], found.at(-1)];
  if (found.length < limit + SPARE || lastOfPage === undefined || lastRead === undefined) return pageOf(found, limit);
  const bucket = bucketOf(lastRead.startedAtMs);
  if (bucketOf(lastOfPage.startedAtMs) !== bucket) return pageOf(found, limit);
  const isIn = { fromMs: lastRead.startedAtMs, toMs: lastRead.startedAtMs };
  const whole = await readNewest(db, { query, search, bounds: isIn, most: PLACES_PER_BUCKET });
  return pageOf([...found.filter(({ startedAtMs }) => bucketOf(startedAtMs) !== bucket), ...whole], limit);
}

function pageOf(found: readonly TraceSummary[], limit: number): TraceSummary[] {
  const newestFirst = (left: TraceSummary, right: TraceSummary) =>
    right.startedAtMs - left.startedAtMs || (left.runId < right.runId ? 1 : -1);
  return found.toSorted(newestFirst).slice(0, limit);
}

interface Reading {
  readonly query: TraceQuery;
  readonly search: TraceSearch;
  readonly bounds: Bounds;
  readonly most: number;
}

async function readNewest(db: Sql, { query, search, bounds, most }: Reading): Promise<TraceSummary[]> {
  const stretches = await listStretches(db, bounds);
  const conditions = [...columnConditions(query), ...positionBounds(bounds)];
  const wordCount = search.marks.length + search.columnMarks.length + search.words.length;
  const togetherMax = Math.max(1, Math.floor(WORDS_MAX / wordCount));
  const found: TraceSummary[] = [];
  for (let at = 0, together = 1; at < stretches.length && found.length < most; at += together, together *= 2) {
    together = Math.min(together, togetherMax);
    const match = stretches.slice(at, at + together).map((stretch) => `(${ftsQuery(stretch, search)})`);
    const rows = await db.run(
      sql`SELECT body FROM trace_search CROSS JOIN trace ON trace.position = trace_search.rowid
        WHERE ${allOf([sql`trace_search MATCH ${match.join(" OR ")}`, ...conditions])}
        ORDER BY trace_search.rowid DESC LIMIT ${most - found.length}`,
    );
    found.push(...rows.map(decodeTrace));
  }
  return found;
}

/** Newest first. Index: trace_stretch's primary key. */
async function listStretches(db: Sql, { fromMs, toMs }: Bounds): Promise<number[]> {
  const [first, last] = [bucketOf(fromMs), bucketOf(toMs)];
  const rows = await db.run(
    sql`SELECT number FROM trace_stretch WHERE first_bucket <= ${last} AND first_bucket >=
        (SELECT max(first_bucket) FROM trace_stretch WHERE first_bucket <= ${first}) ORDER BY first_bucket DESC`,
  );
  return rows.map((row) => numberOf(row, "number"));
}

function positionBounds({ fromMs, toMs }: Bounds): Fragment[] {
  const [first, end] = [bucketOf(fromMs) * PLACES_PER_BUCKET, (bucketOf(toMs) + 1) * PLACES_PER_BUCKET];
  return [
    ...(fromMs === -Infinity ? [] : [sql`trace_search.rowid >= CAST(${first} AS INTEGER)`]),
    ...(toMs === Infinity ? [] : [sql`trace_search.rowid < CAST(${end} AS INTEGER)`]),
  ];
}

function ftsQuery(stretch: number, { marks, columnMarks, words }: TraceSearch): string {
  const last = words.at(-1);
  const whole = [
    ...[...marks, ...columnMarks].map((mark) => markIn(stretch, mark)),
    ...words.slice(0, -1).map((word) => wordIn(stretch, word)),
  ].map((word) => `"${word}"`);
  return (last === undefined ? whole : [...whole, `"${wordIn(stretch, last)}" *`]).join(" AND ");
}
