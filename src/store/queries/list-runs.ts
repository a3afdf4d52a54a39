import type { RunRecord, RunStatus } from "../../domain/index.ts";
import type { RunStore } from "../runtime-store.ts";
import type { Sql } from "../sql.ts";
import { allOf, type Fragment, joined, listOf, sql } from "../statement.ts";
import { numberOf } from "../stored-row.ts";
import { decodeRun } from "./decode-run.ts";
import { IS_BEHIND_ANOTHER } from "./move-run.ts";
import { boundedLimit, newestFirst, olderThan } from "./page.ts";

type RunLists = Pick<
  RunStore,
  | "findRun"
  | "listRuns"
  | "listSessionRuns"
  | "countOpenRuns"
  | "listDueRuns"
  | "nextWakeAtMs"
  | "listRunsOf"
  | "countRuns"
>;

/** Written out, not given as a parameter: an index over the runs of one status serves no question that leaves it open. */
const HAS_STATUS: Readonly<Record<RunStatus, Fragment>> = {
  queued: sql`status = 'queued'`,
  running: sql`status = 'running'`,
  paused: sql`status = 'paused'`,
  ended: sql`status = 'ended'`,
};

/** Indexes: run.id, run_by_time, run_by_owner, run_by_session, run_open, run_queued, run_by_worker, run_wake. */
export function runLists(db: Sql): RunLists {
  const runs = async (statement: Fragment) => (await db.run(statement)).map(decodeRun);
  return {
    findRun: async (id) => (await runs(sql`SELECT * FROM run WHERE id = ${id}`))[0],
    listRuns({ limit, before, ownerId, sessionId, agent, status }) {
      const where = allOf([
        olderThan(before),
        ownerId !== undefined && sql`owner_id = ${ownerId}`,
        sessionId !== undefined && sql`session_id = ${sessionId}`,
        agent !== undefined && sql`agent = ${agent}`,
        status !== undefined && HAS_STATUS[status],
      ]);
      return runs(sql`SELECT * FROM run WHERE ${where} ${newestFirst(limit)}`);
    },
    listSessionRuns: (sessionId, { limit, afterPosition = 0 }) =>
      runs(sql`SELECT * FROM run WHERE session_id = ${sessionId} AND position > ${afterPosition}
        ORDER BY position LIMIT ${boundedLimit(limit)}`),
    async countOpenRuns(sessionId) {
      const open = sql`SELECT count(*) AS count FROM run WHERE session_id = ${sessionId} AND status <> 'ended'`;
      return numberOf((await db.run(open))[0] ?? {}, "count");
    },
    listDueRuns: (query) => listDueRuns(db, query),
    async nextWakeAtMs() {
      const next = sql`SELECT wake_at_ms FROM run WHERE status = 'paused' AND wake_at_ms IS NOT NULL
        ORDER BY wake_at_ms LIMIT 1`;
      return (await db.run(next)).map((row) => numberOf(row, "wake_at_ms"))[0];
    },
    async listRunsOf(workerIds) {
      if (workerIds.length === 0) return [];
      return runs(sql`SELECT * FROM run WHERE status = 'running' AND worker_id IN (${listOf(workerIds)})
        ORDER BY position`);
    },
    countRuns: () => countRuns(db),
  };
}

/**
 * By position. Indexes: run_queued and run_open for those that wait their turn, run_wake for those that slept; these are
 * found before they are put in order, or SQLite would look at every run there is.
 */
async function listDueRuns(
  db: Sql,
  { nowMs, limit, offers }: Parameters<RunStore["listDueRuns"]>[0],
): Promise<RunRecord[]> {
  if (offers?.length === 0) return [];
  const isOffered =
    offers &&
    sql`(agent, version) IN (VALUES ${joined(
      offers.map(({ agent, version }) => sql`(${agent}, ${version})`),
      ", ",
    )})`;
  const rows = await db.run(
    sql`SELECT * FROM (
        SELECT * FROM run WHERE ${allOf([sql`status = 'queued'`, isOffered, sql`NOT ${IS_BEHIND_ANOTHER}`])}
        UNION ALL
        SELECT * FROM run WHERE position IN (SELECT position FROM run
          WHERE ${allOf([sql`status = 'paused'`, sql`wake_at_ms <= ${nowMs}`, isOffered])})
      ) AS due ORDER BY position LIMIT ${boundedLimit(limit)}`,
  );
  return rows.map(decodeRun);
}

/** Ended runs are most of them: counted as what is left of all, from the smallest index. */
async function countRuns(db: Sql): Promise<Partial<Record<RunStatus, number>>> {
  const [row = {}] = await db.run(
    sql`SELECT (SELECT count(*) FROM run WHERE status = 'queued') AS queued,
      (SELECT count(*) FROM run WHERE status = 'running') AS running,
      (SELECT count(*) FROM run WHERE status = 'paused') AS paused, (SELECT count(*) FROM run) AS every`,
  );
  const [queued, running, paused] = [numberOf(row, "queued"), numberOf(row, "running"), numberOf(row, "paused")];
  const counts = { queued, running, paused, ended: numberOf(row, "every") - queued - running - paused };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}
