import type { Sql } from "../sql.ts";
import { type Fragment, sql } from "../statement.ts";
import type { TraceStore } from "../trace-store.ts";
import { boundedLimit } from "./page.ts";
import { lockName, runAlone } from "./session-lock.ts";

/** Oldest first. The log of a trial stays: it is its eval run's. Index: trace_by_time. */
export async function removeTraces(
  db: Sql,
  { startedBeforeMs, limit }: Parameters<TraceStore["removeTraces"]>[0],
): Promise<number> {
  const old = (columns: Fragment) => sql`SELECT ${columns} FROM trace WHERE started_at_ms < ${startedBeforeMs}
    ORDER BY started_at_ms, run_id LIMIT ${boundedLimit(limit)}`;
  const traceIds = sql`SELECT trace_id FROM (${old(sql`trace_id`)}) AS old WHERE trace_id IS NOT NULL`;
  const logs = sql`SELECT run_id FROM (${old(sql`run_id, origin`)}) AS old WHERE origin <> 'trial'`;
  const results = await runAlone(
    db,
    [lockTraces(), lockObserved(traceIds)],
    [...removeSpans(traceIds), sql`DELETE FROM run_log WHERE run_id IN (${logs})`, ...removeKnown(old(sql`run_id`))],
  );
  return results.at(-1)?.length ?? 0;
}

/** Whoever writes or removes what is known of traces. */
export function lockTraces(): Fragment {
  return lockName("aegis trace");
}

/** Spans that come meanwhile wait, and then are a new trace's. */
export function lockObserved(traceIds: Fragment): Fragment {
  return sql`SELECT position FROM observed_trace WHERE trace_id IN (${traceIds}) ORDER BY trace_id FOR UPDATE`;
}

export function removeSpans(traceIds: Fragment): Fragment[] {
  const positions = sql`SELECT position FROM observed_trace WHERE trace_id IN (${traceIds})`;
  return [
    sql`DELETE FROM span_part WHERE trace_position IN (${positions})`,
    sql`DELETE FROM observed_trace WHERE trace_id IN (${traceIds})`,
  ];
}

/** To come last: what is to be removed is looked up in the table of traces. */
export function removeKnown(runIds: Fragment): Fragment[] {
  return [
    sql`DELETE FROM feedback WHERE run_id IN (${runIds})`,
    sql`DELETE FROM trace WHERE run_id IN (${runIds}) RETURNING run_id`,
  ];
}
