import type { RunRecord } from "../../domain/index.ts";
import type { RunStore } from "../runtime-store.ts";
import type { Sql } from "../sql.ts";
import { allOf, type Fragment, listOf, sql } from "../statement.ts";
import { decodeRun } from "./decode-run.ts";
import { lockSessionOfRun, runAlone } from "./session-lock.ts";

/** A run of the same session stands before this one: it is at work or paused, or it was queued earlier. Index: run_open. */
export const IS_BEHIND_ANOTHER: Fragment = sql`EXISTS (SELECT 1 FROM run AS other WHERE other.session_id = run.session_id
  AND other.status <> 'ended' AND other.id <> run.id AND (other.status <> 'queued' OR other.position < run.position))`;

/** Index: run.id. */
export async function claimRun(
  db: Sql,
  { id, workerId, from, heldBy, version, atMs }: Parameters<RunStore["claimRun"]>[0],
): Promise<RunRecord | undefined> {
  if (from.length === 0) return undefined;
  const where = allOf([
    sql`id = ${id}`,
    sql`status IN (${listOf(from)})`,
    heldBy !== undefined && sql`(status <> 'running' OR worker_id = ${heldBy})`,
    sql`NOT ${IS_BEHIND_ANOTHER}`,
  ]);
  const [rows = []] = await runAlone(
    db,
    [lockSessionOfRun(id)],
    [
      sql`UPDATE run SET status = 'running', worker_id = ${workerId}, attempt = attempt + 1, paused_on = NULL,
        wake_at_ms = NULL, version = COALESCE(${version ?? null}, version),
        started_at_ms = COALESCE(started_at_ms, ${atMs}) WHERE ${where} RETURNING *`,
    ],
  );
  return rows.map(decodeRun)[0];
}

/** Indexes: run.id, run_signal_by_run. */
export async function pauseRun(
  db: Sql,
  { id, workerId, on, wakeAtMs, seenPosition }: Parameters<RunStore["pauseRun"]>[0],
): Promise<boolean> {
  const isCalled = sql`EXISTS (SELECT 1 FROM run_signal WHERE run_id = ${id} AND position > ${seenPosition})`;
  const [rows = []] = await runAlone(
    db,
    [lockSessionOfRun(id)],
    [
      sql`UPDATE run SET status = 'paused', paused_on = ${on},
        wake_at_ms = CASE WHEN ${isCalled} THEN 0 ELSE CAST(${wakeAtMs} AS DOUBLE PRECISION) END
        WHERE id = ${id} AND status = 'running' AND worker_id = ${workerId} RETURNING id`,
    ],
  );
  return rows.length > 0;
}

/** Index: run.id. */
export async function endRun(
  db: Sql,
  { id, outcome, atMs, sessionState, seenPosition = Number.MAX_SAFE_INTEGER }: Parameters<RunStore["endRun"]>[0],
): Promise<boolean> {
  const end = sql`UPDATE run SET status = 'ended', outcome = ${outcome}, ended_at_ms = ${atMs}, paused_on = NULL,
    wake_at_ms = NULL WHERE id = ${id} AND status <> 'ended' AND NOT EXISTS (SELECT 1 FROM run_signal
      WHERE run_id = ${id} AND slot LIKE 'message:%' AND position > ${seenPosition}) RETURNING id`;
  // The state first: it asks whether the run is still open, which after the end it is not.
  const keep =
    sessionState &&
    sql`UPDATE session SET state = ${JSON.stringify(sessionState)}
      WHERE id = (SELECT session_id FROM run WHERE id = ${id} AND status <> 'ended' AND NOT EXISTS (SELECT 1
        FROM run_signal WHERE run_id = ${id} AND slot LIKE 'message:%' AND position > ${seenPosition}))`;
  const results = await runAlone(db, [lockSessionOfRun(id)], keep === undefined ? [end] : [keep, end]);
  return (results.at(-1) ?? []).length > 0;
}
