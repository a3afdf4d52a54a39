import type { MemoryStore } from "../runtime-store.ts";
import type { Sql } from "../sql.ts";
import { sql } from "../statement.ts";
import { numberOf } from "../stored-row.ts";
import { columnText } from "../trace-row.ts";
import { isOfScope } from "./memory-scope.ts";
import { lockObserved, lockTraces, removeKnown, removeSpans } from "./remove-traces.ts";
import { lockSessionsOfOwner, runAlone } from "./session-lock.ts";

/**
 * All of a user, or nothing. What was sent, or is to be sent, to webhooks tells of runs as well: messages that name one of
 * the user's runs go too. Traces are known to be a user's once they are settled. Indexes: run_by_owner, session_by_owner,
 * run_by_session, memory_latest, delivery_by_webhook, trace_by_user, feedback_by_person.
 */
export async function eraseUser(db: Sql, userId: string): ReturnType<MemoryStore["eraseUser"]> {
  const sessions = sql`SELECT id FROM session WHERE owner_id = ${userId}`;
  const runs = sql`SELECT id FROM run WHERE owner_id = ${userId} OR session_id IN (${sessions})`;
  const user = columnText(userId);
  const traced = sql`SELECT run_id FROM trace WHERE user_id = ${user} UNION ${runs}`;
  const traceIds = sql`SELECT trace_id FROM trace WHERE run_id IN (${traced}) AND trace_id IS NOT NULL`;
  const isNamed = db.dialect === "sqlite" ? sql`instr(body, run.id) > 0` : sql`strpos(body, run.id) > 0`;
  const results = await runAlone(
    db,
    [lockTraces(), lockSessionsOfOwner(userId), lockObserved(traceIds)],
    [
      ...removeSpans(traceIds),
      sql`DELETE FROM feedback WHERE said_by = ${user}`,
      sql`DELETE FROM webhook_delivery WHERE EXISTS (SELECT 1 FROM run WHERE id IN (${runs}) AND ${isNamed})
        OR webhook_id IN (SELECT id FROM webhook WHERE owner_id = ${userId})`,
      sql`DELETE FROM run_log WHERE run_id IN (${traced})`,
      ...removeKnown(traced),
      sql`DELETE FROM run_signal WHERE run_id IN (${runs})`,
      sql`DELETE FROM run WHERE id IN (${runs}) RETURNING id`,
      sql`DELETE FROM session WHERE owner_id = ${userId} RETURNING id`,
      sql`DELETE FROM memory_entry WHERE ${isOfScope({ kind: "user", id: userId })} RETURNING is_latest`,
    ],
  );
  const [endedRuns = [], endedSessions = [], versions = []] = results.slice(-3);
  const memories = versions.filter((row) => numberOf(row, "is_latest") === 1).length;
  return { memories, sessions: endedSessions.length, runs: endedRuns.length };
}
