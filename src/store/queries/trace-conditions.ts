import { type Fragment, sql } from "../statement.ts";
import { columnText } from "../trace-row.ts";
import type { TraceQuery } from "../trace-store.ts";

/** What a query asks of the columns of trace. */
export function columnConditions(query: TraceQuery): (Fragment | false)[] {
  const { before, agent, version, user, session, origin, outcome } = query;
  return [
    before !== undefined && sql`(started_at_ms, run_id) < (${before.startedAtMs}, ${columnText(before.runId)})`,
    agent !== undefined && sql`agent = ${columnText(agent)}`,
    version !== undefined && sql`version = ${columnText(version)}`,
    user !== undefined && sql`user_id = ${columnText(user)}`,
    session !== undefined && sql`session = ${columnText(session)}`,
    origin !== undefined && sql`origin = ${origin}`,
    outcome !== undefined && sql`outcome = ${outcome}`,
    ...numberConditions(query),
  ];
}

/** From is meant with, to without. */
function numberConditions(query: TraceQuery): (Fragment | false)[] {
  const { startedFromMs, startedToMs, costMicroUsdMin, durationMsMin, errorCountMin } = query;
  return [
    startedFromMs !== undefined && sql`started_at_ms >= ${startedFromMs}`,
    startedToMs !== undefined && sql`started_at_ms < ${startedToMs}`,
    costMicroUsdMin !== undefined && sql`cost_micro_usd >= ${costMicroUsdMin}`,
    durationMsMin !== undefined && sql`duration_ms >= ${durationMsMin}`,
    errorCountMin !== undefined && sql`error_count >= ${errorCountMin}`,
  ];
}
