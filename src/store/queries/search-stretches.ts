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
const USUAL_MAX = 2;
/** Behind every character that a word may go on with. */
const LAST_CHARACTER = "\u{10ffff}";

interface Bounds {
  readonly fromMs: number;
  /** Its bucket is within. */
  readonly toMs: number;
}

/**
 * SQLite's way. The FTS5 table trace_search gives matches in order of position, and what is common is found in the newest
 * stretch: neither is a look at all that match. What is not found there is looked for in as many more as it may take.
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
  const columns = columnConditions(query);
  const look = lookingFor(db, search);
  const found: TraceSummary[] = [];
  for (let at = 0; at < stretches.length && found.length < most;) {
    const together = Math.min(neededFor(found.length, { most, lookedAt: at }), togetherMax(search));
    const place = await look(stretches.slice(at, at + together));
    at += together;
    if (place === undefined) continue;
    const { from, position, match } = place;
    const conditions = [match, ...columns, ...boundsOf(position, bounds)];
    const rows = await db.run(
      sql`SELECT body FROM ${from} WHERE ${allOf(conditions)} ORDER BY ${position} DESC LIMIT ${most - found.length}`,
    );
    found.push(...rows.map(decodeTrace));
  }
  return found;
}

/** Traces that have what is searched for. */
interface Match {
  /** Tables, trace among them. */
  readonly from: Fragment;
  readonly position: Fragment;
  readonly match?: Fragment;
}

/** The newest stretch alone; then as many as hold what is missing, if they are like those before. */
function neededFor(
  foundCount: number,
  { most, lookedAt }: { readonly most: number; readonly lookedAt: number },
): number {
  return lookedAt === 0 ? 1 : Math.ceil(((most - foundCount) * lookedAt) / Math.max(foundCount, 1));
}

function togetherMax({ marks, columnMarks, words }: TraceSearch): number {
  return Math.max(1, Math.floor(WORDS_MAX / (marks.length + columnMarks.length + words.length + USUAL_MAX)));
}

/**
 * What is to be read of some stretches; undefined where nothing is to be found. A beginning is dear, whole words and marks are
 * cheap: it is looked for only where these are, unless they are everywhere. Few traces that have these nearly all have one
 * of the usual words that begin so: only where some have none, all words that begin so are looked for.
 */
function lookingFor(db: Sql, search: TraceSearch): (stretches: readonly Stretch[]) => Promise<Match | undefined> {
  const { marks, columnMarks, words } = search;
  const [last] = words.slice(-1);
  const isAlone = marks.length + columnMarks.length + words.length === 1;
  let usual: readonly string[] | undefined;
  return async (stretches) => {
    const places = (some: readonly Stretch[], query: (stretch: Stretch) => string) =>
      some.length === 0 ? [] : readPlaces(db, matchOf(some, query));
    const all = matching(matchOf(stretches, (stretch) => ftsQuery(stretch, search)));
    if (last === undefined || isAlone) return all;
    const whole = await places(stretches, (stretch) => wholeOf(stretch, search).join(" AND "));
    if (whole.length === WHOLE_MAX) return all;
    const within = stretches.filter((stretch) => whole.some((position) => isIn(stretch, position)));
    const [first] = within;
    if (first === undefined) return undefined;
    const known = (usual ??= await readUsualWords(db, first, last));
    const usually = known.length === 0 ? [] : await places(within, (stretch) => usualQuery(stretch, search, known));
    const sure = new Set(usually.map(({ position }) => position));
    const unsure = whole.filter(({ position }) => !sure.has(position));
    const dear = within.filter((stretch) => unsure.some((position) => isIn(stretch, position)));
    for (const { position } of await places(dear, (stretch) => ftsQuery(stretch, search))) sure.add(position);
    return sure.size === 0 ? undefined : standingAt([...sure]);
  };
}

function matching(match: Fragment): Match {
  const from = sql`trace_search CROSS JOIN trace ON trace.position = trace_search.rowid`;
  return { from, position: sql`trace_search.rowid`, match };
}

/** What stands there now: one that has moved since is not found, and its columns are asked again of one that took its place. */
function standingAt(positions: readonly string[]): Match {
  const from = sql`json_each(${JSON.stringify(positions)}) AS known CROSS JOIN trace ON trace.position = known.value`;
  return { from, position: sql`trace.position` };
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

function boundsOf(position: Fragment, { fromMs, toMs }: Bounds): Fragment[] {
  const [first, end] = [bucketOf(fromMs) * PLACES_PER_BUCKET, (bucketOf(toMs) + 1) * PLACES_PER_BUCKET];
  return [
    ...(fromMs === -Infinity ? [] : [sql`${position} >= CAST(${first} AS INTEGER)`]),
    ...(toMs === Infinity ? [] : [sql`${position} < CAST(${end} AS INTEGER)`]),
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
