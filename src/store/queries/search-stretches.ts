import type { TraceSummary } from "../../domain/index.ts";
import type { Sql } from "../sql.ts";
import { allOf, type Fragment, sql } from "../statement.ts";
import { numberOf, textOf } from "../stored-row.ts";
import { markIn, wordIn } from "../stretch-words.ts";
import { bucketOf, PLACE_BITS, PLACES_PER_BUCKET } from "../trace-position.ts";
import { decodeTrace } from "../trace-row.ts";
import type { TraceQuery } from "../trace-store.ts";
import { columnConditions } from "./trace-conditions.ts";
import type { TraceSearch } from "./trace-search.ts";

/** How many more than a page are read, so that its last bucket is nearly always whole. */
const SPARE = 32;
/** Of one question to the index: words, in all its stretches. */
const WORDS_MAX = 256;
/** Traces in which whole words are looked up before beginnings are. */
const WHOLE_MAX = 500;
/** Words that stand for a beginning. */
const USUAL_MAX = 4;
/** Behind every character that a word may go on with. */
const LAST_CHARACTER = "\u{10ffff}";

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
  const ask = askingFor(db, search);
  const found: TraceSummary[] = [];
  for (let at = 0, together = 1; at < stretches.length && found.length < most; at += together, together *= 2) {
    together = Math.min(together, togetherMax(search));
    const match = await ask(stretches.slice(at, at + together));
    if (match === undefined) continue;
    const rows = await db.run(
      sql`SELECT body FROM trace_search CROSS JOIN trace ON trace.position = trace_search.rowid
        WHERE ${allOf([match, ...conditions])} ORDER BY trace_search.rowid DESC LIMIT ${most - found.length}`,
    );
    found.push(...rows.map(decodeTrace));
  }
  return found;
}

function togetherMax({ marks, columnMarks, words }: TraceSearch): number {
  return Math.max(1, Math.floor(WORDS_MAX / (marks.length + columnMarks.length + words.length + USUAL_MAX)));
}

/**
 * What the index is asked for in some stretches; undefined where nothing is to be found. A beginning is dear, whole words and
 * marks are cheap: it is looked for only where these are, unless they are everywhere. Few traces that have these nearly all
 * have one of the usual words that begin so: where they do, these are asked for instead.
 */
function askingFor(db: Sql, search: TraceSearch): (stretches: readonly Stretch[]) => Promise<Fragment | undefined> {
  const { marks, columnMarks, words } = search;
  const [last] = words.slice(-1);
  const isAlone = marks.length + columnMarks.length + words.length === 1;
  let usual: readonly string[] | undefined;
  return async (stretches) => {
    const all = matchOf(stretches, (stretch) => ftsQuery(stretch, search));
    if (last === undefined || isAlone) return all;
    const whole = await readPlaces(
      db,
      matchOf(stretches, (stretch) => wholeOf(stretch, search).join(" AND ")),
    );
    if (whole.length === WHOLE_MAX) return all;
    const within = stretches.filter((stretch) => whole.some((position) => isIn(stretch, position)));
    const [first] = within;
    if (first === undefined) return undefined;
    usual ??= await readUsualWords(db, first, last);
    const known = usual;
    if (known.length === 0) return matchOf(within, (stretch) => ftsQuery(stretch, search));
    const usualIn = (stretch: Stretch) => usualQuery(stretch, search, known);
    const sure = new Set((await readPlaces(db, matchOf(within, usualIn))).map(({ position }) => position));
    const unsure = whole.filter(({ position }) => !sure.has(position));
    return matchOf(within, (stretch) =>
      unsure.some((position) => isIn(stretch, position)) ? ftsQuery(stretch, search) : usualIn(stretch),
    );
  };
}

interface Place {
  /** A number of more digits than one holds, as text. */
  readonly position: string;
  readonly bucket: number;
}

async function readPlaces(db: Sql, match: Fragment): Promise<Place[]> {
  const rows = await db.run(
    sql`SELECT CAST(rowid AS TEXT) AS position, rowid >> ${PLACE_BITS} AS bucket FROM trace_search
      WHERE ${match} ORDER BY rowid DESC LIMIT ${WHOLE_MAX}`,
  );
  return rows.map((row) => ({ position: textOf(row, "position"), bucket: numberOf(row, "bucket") }));
}

/** The words that begin so and that most traces have. Table: trace_word, in order of words. */
async function readUsualWords(db: Sql, { number }: Stretch, beginning: string): Promise<readonly string[]> {
  const first = wordIn(number, beginning);
  const rows = await db.run(
    sql`SELECT term FROM trace_word WHERE term >= ${first} AND term < ${first + LAST_CHARACTER}
      ORDER BY doc DESC LIMIT ${USUAL_MAX}`,
  );
  return rows.map((row) => textOf(row, "term").slice(first.length - beginning.length));
}

function isIn({ firstBucket, endBucket }: Stretch, { bucket }: Place): boolean {
  return bucket >= firstBucket && bucket < endBucket;
}

function matchOf(stretches: readonly Stretch[], query: (stretch: Stretch) => string): Fragment {
  return sql`trace_search MATCH ${stretches.map((stretch) => `(${query(stretch)})`).join(" OR ")}`;
}

interface Stretch {
  readonly number: number;
  readonly firstBucket: number;
  /** Of the next one the first. */
  readonly endBucket: number;
}

/** Newest first. Index: trace_stretch's primary key. */
async function listStretches(db: Sql, { fromMs, toMs }: Bounds): Promise<Stretch[]> {
  const [first, last] = [bucketOf(fromMs), bucketOf(toMs)];
  const rows = await db.run(
    sql`SELECT number, first_bucket FROM trace_stretch WHERE first_bucket <= ${last} AND first_bucket >=
        (SELECT max(first_bucket) FROM trace_stretch WHERE first_bucket <= ${first}) ORDER BY first_bucket DESC`,
  );
  const firsts = rows.map((row) => numberOf(row, "first_bucket"));
  return rows.map((row, index) => ({
    number: numberOf(row, "number"),
    firstBucket: firsts[index] ?? 0,
    endBucket: firsts[index - 1] ?? Infinity,
  }));
}

function positionBounds({ fromMs, toMs }: Bounds): Fragment[] {
  const [first, end] = [bucketOf(fromMs) * PLACES_PER_BUCKET, (bucketOf(toMs) + 1) * PLACES_PER_BUCKET];
  return [
    ...(fromMs === -Infinity ? [] : [sql`trace_search.rowid >= CAST(${first} AS INTEGER)`]),
    ...(toMs === Infinity ? [] : [sql`trace_search.rowid < CAST(${end} AS INTEGER)`]),
  ];
}

function ftsQuery(stretch: Stretch, search: TraceSearch): string {
  const whole = wholeOf(stretch, search);
  const last = search.words.at(-1);
  return (last === undefined ? whole : [...whole, `"${wordIn(stretch.number, last)}" *`]).join(" AND ");
}

function usualQuery(stretch: Stretch, search: TraceSearch, usual: readonly string[]): string {
  const any = usual.map((word) => `"${wordIn(stretch.number, word)}"`).join(" OR ");
  return [...wholeOf(stretch, search), `(${any})`].join(" AND ");
}

function wholeOf({ number }: Stretch, { marks, columnMarks, words }: TraceSearch): string[] {
  return [
    ...[...marks, ...columnMarks].map((mark) => `"${markIn(number, mark)}"`),
    ...words.slice(0, -1).map((word) => `"${wordIn(number, word)}"`),
  ];
}
