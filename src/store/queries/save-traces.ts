import type { Sql } from "../sql.ts";
import { type Fragment, sql } from "../statement.ts";
import { encodeTrace } from "../trace-row.ts";
import type { TraceStore } from "../trace-store.ts";
import { positionFor } from "./search-traces.ts";
import { lockName, runAlone } from "./session-lock.ts";
import { marksOf } from "./trace-marks.ts";
import { distinctWords } from "./trace-words.ts";

type Settled = Parameters<TraceStore["saveTraces"]>[0][number];

/** Whoever writes or removes what is known of traces. */
export const LOCK_TRACES: Fragment = lockName("aegis trace");

/** Indexes: trace.run_id, observed_trace.trace_id. */
export async function saveTraces(db: Sql, settled: readonly Settled[]): Promise<void> {
  if (settled.length === 0) return;
  const save = db.dialect === "sqlite" ? saveSqlite : savePostgres;
  // In this order parts are added as well: Postgres locks a trace until its transaction ends.
  const inOrder = settled.toSorted((left, right) => compareIds(left.summary.traceId, right.summary.traceId));
  await runAlone(db, [LOCK_TRACES], inOrder.flatMap(save));
}

function compareIds(left: string | null, right: string | null): number {
  if (left === right) return 0;
  return (left ?? "") < (right ?? "") ? -1 : 1;
}

/** The row is written anew, since a span that came late may have moved its position. */
function saveSqlite(settled: Settled): Fragment[] {
  const { summary } = settled;
  const isWanted = wantedFor(settled);
  return [
    sql`DELETE FROM trace WHERE run_id = ${summary.runId} AND ${isWanted}`,
    sql`INSERT INTO trace_entry (position, ${COLUMNS}, words)
      SELECT ${positionFor(summary.startedAtMs)}, ${cellsOf(settled)}, ${searchText(settled)} WHERE ${isWanted}`,
    ...markSettled(settled),
  ];
}

function savePostgres(settled: Settled): Fragment[] {
  return [
    sql`DELETE FROM trace WHERE run_id = ${settled.summary.runId} AND ${wantedFor(settled)}`,
    sql`INSERT INTO trace (${COLUMNS}, words)
      SELECT ${cellsOf(settled)}, array_to_tsvector(string_to_array(${searchText(settled)}, ' '))
      WHERE ${wantedFor(settled)}`,
    ...markSettled(settled),
  ];
}

const COLUMNS = sql`run_id, trace_id, origin, agent, version, user_id, session, outcome, started_at_ms, duration_ms,
  cost_micro_usd, error_count, body`;

function cellsOf({ summary }: Settled): Fragment {
  const row = encodeTrace(summary);
  return sql`${row.runId}, ${row.traceId}, ${summary.origin}, ${row.agent}, ${row.version}, ${row.user}, ${row.session},
    ${summary.outcome}, CAST(${summary.startedAtMs} AS DOUBLE PRECISION),
    CAST(${summary.durationMs} AS DOUBLE PRECISION), CAST(${summary.costMicroUsd} AS DOUBLE PRECISION),
    CAST(${summary.errorCount} AS BIGINT), ${row.body}`;
}

function searchText({ summary, words }: Settled): string {
  return [...marksOf(summary), ...distinctWords(words)].join(" ");
}

/** The trace is there, and nobody settled more of it. */
function wantedFor({ summary, lastPart }: Settled): Fragment {
  if (lastPart === undefined) return sql`1 = 1`;
  return sql`EXISTS (SELECT 1 FROM observed_trace WHERE ${isSettledBy(summary, lastPart)})`;
}

function markSettled({ summary, lastPart }: Settled): Fragment[] {
  if (lastPart === undefined) return [];
  return [sql`UPDATE observed_trace SET settled_part = ${lastPart} WHERE ${isSettledBy(summary, lastPart)}`];
}

function isSettledBy({ traceId, runId }: Settled["summary"], lastPart: number): Fragment {
  return sql`trace_id = ${traceId} AND run_id = ${runId} AND settled_part <= ${lastPart} AND last_part >= ${lastPart}`;
}
