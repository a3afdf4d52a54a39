import { lockTraces } from "../../queries/remove-traces.ts";
import { runAlone } from "../../queries/session-lock.ts";
import { distinctWords } from "../../search-text.ts";
import type { Sql } from "../../sql.ts";
import { type Fragment, sql } from "../../statement.ts";
import { encodeTrace } from "../../trace-row.ts";
import { marksOf } from "../../trace-marks.ts";
import type { TraceStore } from "../../trace-store.ts";

type Settled = Parameters<TraceStore["saveTraces"]>[0][number];

/** Indexes: trace's primary key, observed_trace.trace_id. */
export async function saveTraces(db: Sql, settled: readonly Settled[]): Promise<void> {
  if (settled.length === 0) return;
  // In this order parts are added as well: a trace is locked until the transaction ends.
  const inOrder = settled.toSorted((left, right) => compareIds(left.summary.traceId, right.summary.traceId));
  await runAlone(db, [lockTraces()], inOrder.flatMap(save));
}

function compareIds(left: string | null, right: string | null): number {
  if (left === right) return 0;
  return (left ?? "") < (right ?? "") ? -1 : 1;
}

function save(settled: Settled): Fragment[] {
  const { summary, words } = settled;
  const row = encodeTrace(summary);
  const isWanted = wantedFor(settled);
  // No word begins as a mark does.
  const lexemes = [...marksOf(summary).map((mark) => `_${mark}`), ...distinctWords(words)].join(" ");
  return [
    sql`DELETE FROM trace WHERE run_id = ${row.run_id} AND ${isWanted}`,
    sql`INSERT INTO trace (run_id, trace_id, origin, agent, version, user_id, session, outcome, started_at_ms, duration_ms,
        cost_micro_usd, error_count, body, words)
      SELECT ${row.run_id}, ${row.trace_id}, ${row.origin}, ${row.agent}, ${row.version}, ${row.user_id}, ${row.session},
        ${row.outcome}, CAST(${row.started_at_ms} AS DOUBLE PRECISION), CAST(${row.duration_ms} AS DOUBLE PRECISION),
        CAST(${row.cost_micro_usd} AS DOUBLE PRECISION), CAST(${row.error_count} AS BIGINT), ${row.body},
        array_to_tsvector(string_to_array(${lexemes}, ' '))
      WHERE ${isWanted}`,
    ...markSettled(settled),
  ];
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
  return sql`trace_id = ${traceId} AND run_id = ${runId} AND settled_part <= ${lastPart}`;
}
