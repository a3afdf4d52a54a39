import type { DatabaseSync } from "node:sqlite";
import { textIn } from "../../../stretch-words.ts";
import { bucketOf, PLACES_PER_BUCKET } from "../../../trace-position.ts";
import { type Handlers, TRACE_COLUMNS, type TraceToSave } from "../protocol.ts";

/** So many, that the beginning of a common word is looked up in some milliseconds. */
const TRACES_PER_STRETCH = 4_096;

/**
 * Row by row and without triggers: a statement that could be taken back halfway makes FTS5 write out what it has gathered,
 * each time, and so does a position below the last one. Indexes: trace.run_id, trace's primary key, observed_trace.trace_id.
 */
export function prepareSavingTraces(db: DatabaseSync): Handlers<"saveTraces"> {
  const statements = prepare(db);
  return {
    saveTraces(traces) {
      const inOrder = traces.toSorted((left, right) => left.startedAtMs - right.startedAtMs);
      const added: Added = new Map();
      try {
        for (const trace of inOrder) save(statements, trace, added);
        for (const [firstBucket, count] of added) statements.countTraces.run(count, firstBucket);
        return null;
      } finally {
        // Node's driver tells the id of the row that was written last, to whoever writes next, and cannot tell a position.
        statements.forgetPosition.run();
      }
    },
  };
}

type Statements = ReturnType<typeof prepare>;
/** Traces that are new to a stretch, by its first bucket: counted together. */
type Added = Map<bigint, number>;

function prepare(db: DatabaseSync) {
  db.exec("CREATE TEMP TABLE IF NOT EXISTS small_row (id INTEGER PRIMARY KEY)");
  const statements = {
    findPosition: db.prepare("SELECT position FROM trace WHERE run_id = ?"),
    lastPosition: db.prepare("SELECT max(position) AS position FROM trace WHERE position >= ? AND position < ?"),
    insert: db.prepare(
      `INSERT INTO trace (${TRACE_COLUMNS.join()}, position) VALUES (${TRACE_COLUMNS.map(() => "?").join()}, ?)`,
    ),
    update: db.prepare(
      `UPDATE trace SET ${TRACE_COLUMNS.map((column) => `${column} = ?`).join()}, position = ? WHERE position = ?`,
    ),
    insertWords: db.prepare("INSERT INTO trace_search (rowid, words) VALUES (?, ?)"),
    removeWords: db.prepare("DELETE FROM trace_search WHERE rowid = ?"),
    findStretch: db.prepare("SELECT * FROM trace_stretch WHERE first_bucket <= ? ORDER BY first_bucket DESC LIMIT 1"),
    isLatest: db.prepare(
      `SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM trace_stretch WHERE first_bucket > ?)
        AND NOT EXISTS (SELECT 1 FROM trace WHERE position >= ?)`,
    ),
    beginStretch: db.prepare("INSERT INTO trace_stretch (first_bucket, number, trace_count) VALUES (?, ?, 0)"),
    countTraces: db.prepare("UPDATE trace_stretch SET trace_count = trace_count + ? WHERE first_bucket = ?"),
    markSettled: db.prepare(
      "UPDATE observed_trace SET settled_part = ?1 WHERE trace_id = ?2 AND run_id = ?3 AND settled_part <= ?1",
    ),
    forgetPosition: db.prepare("INSERT OR REPLACE INTO small_row (id) VALUES (1)"),
  };
  for (const statement of Object.values(statements)) statement.setReadBigInts(true);
  return statements;
}

function save(statements: Statements, trace: TraceToSave, added: Added): void {
  const { runId, traceId, startedAtMs, values, marks, words, lastPart } = trace;
  // It is gone, or somebody settled more of it.
  if (lastPart !== null && Number(statements.markSettled.run(lastPart, traceId, runId).changes) === 0) return;
  const known = statements.findPosition.get(runId)?.["position"] as bigint | undefined;
  const bucket = bucketOf(startedAtMs);
  const { firstBucket, number } = stretchOf(statements, bucket, added);
  const position = positionFor(statements, bucket, known);

  if (known === undefined) statements.insert.run(...values, position);
  else {
    statements.removeWords.run(known);
    statements.update.run(...values, position, known);
  }
  statements.insertWords.run(position, textIn(number, { marks, words }));
  if (known !== position) added.set(firstBucket, (added.get(firstBucket) ?? 0) + 1);
}

/** At the end of its bucket, where it does not stand there already. */
function positionFor({ lastPosition }: Statements, bucket: number, known: bigint | undefined): bigint {
  const first = firstOf(bucket);
  const end = first + BigInt(PLACES_PER_BUCKET);
  if (known !== undefined && known >= first && known < end) return known;
  const last = lastPosition.get(first, end)?.["position"] as bigint | null;
  return last === null ? first : last + 1n;
}

/** A new one begins with a bucket that is later than all before it: what comes late goes to a stretch that is there. */
function stretchOf(statements: Statements, bucket: number, added: Added): Stretch {
  const row = statements.findStretch.get(bucket);
  const firstBucket = row?.["first_bucket"] as bigint;
  const number = Number(row?.["number"]);
  const count = Number(row?.["trace_count"]) + (added.get(firstBucket) ?? 0);
  const isFull = count >= TRACES_PER_STRETCH && statements.isLatest.get(bucket, firstOf(bucket)) !== undefined;
  if (!isFull) return { firstBucket, number };
  statements.beginStretch.run(bucket, number + 1);
  return { firstBucket: BigInt(bucket), number: number + 1 };
}

interface Stretch {
  readonly firstBucket: bigint;
  readonly number: number;
}

function firstOf(bucket: number): bigint {
  return BigInt(bucket) * BigInt(PLACES_PER_BUCKET);
}
