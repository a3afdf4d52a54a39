import { type RunSignal, type RunSignalBody, signalSlot } from "../../domain/index.ts";
import { AegisError, type Id } from "../../kernel/index.ts";
import type { RunStore } from "../runtime-store.ts";
import type { Sql } from "../sql.ts";
import { sql } from "../statement.ts";
import { numberOf, objectOf, type StoredRow, textOf, wordOf } from "../stored-row.ts";
import { boundedLimit } from "./page.ts";
import { lockName, lockSessionOfRun, runAlone } from "./session-lock.ts";

type Signals = Pick<RunStore, "addSignal" | "listSignals" | "listSignalsAfter" | "lastSignalPosition">;

/** In order of position. Indexes: run_signal's primary key, its unique (run_id, slot), run_signal_by_run. */
export function signalQuestions(db: Sql): Signals {
  return {
    addSignal: (signal) => addSignal(db, signal),
    async listSignals(runId) {
      return (await db.run(sql`SELECT * FROM run_signal WHERE run_id = ${runId} ORDER BY position`)).map(decodeSignal);
    },
    async listSignalsAfter(position, limit) {
      const rows = await db.run(
        sql`SELECT * FROM run_signal WHERE position > ${position} ORDER BY position LIMIT ${boundedLimit(limit)}`,
      );
      return rows.map(decodeSignal);
    },
    async lastSignalPosition() {
      const rows = await db.run(sql`SELECT COALESCE(max(position), 0) AS last FROM run_signal`);
      return numberOf(rows[0] ?? {}, "last");
    },
  };
}

/**
 * Postgres gives out positions before it commits: the lock keeps a later one from being seen before an earlier one, which
 * a reader that goes on from the last position would then never see.
 */
async function addSignal(db: Sql, signal: Parameters<RunStore["addSignal"]>[0]): Promise<RunSignal | undefined> {
  const { id, runId, atMs, by, body } = signal;
  const slot = signalSlot({ ...body, id });
  const [, inserted = [], run = []] = await runAlone(
    db,
    [lockName("aegis run_signal"), lockSessionOfRun(runId)],
    [
      sql`UPDATE run SET wake_at_ms = 0 WHERE id = ${runId} AND status = 'paused'
        AND NOT EXISTS (SELECT 1 FROM run_signal WHERE run_id = ${runId} AND slot = ${slot})`,
      sql`INSERT INTO run_signal (id, run_id, slot, at_ms, said_by, body)
        SELECT ${id}, ${runId}, ${slot}, CAST(${atMs} AS DOUBLE PRECISION), ${by}, ${JSON.stringify(body)}
        WHERE EXISTS (SELECT 1 FROM run WHERE id = ${runId}) ON CONFLICT DO NOTHING RETURNING *`,
      sql`SELECT id FROM run WHERE id = ${runId}`,
    ],
  );
  if (run.length > 0) return inserted.map(decodeSignal)[0];
  throw new AegisError("run.not_found", `There is no run ${JSON.stringify(runId)}`, { details: { runId } });
}

/** @throws {AegisError} "store.corrupt" */
function decodeSignal(row: StoredRow): RunSignal {
  const body = objectOf(row, "body");
  wordOf(body["kind"], ["approval", "doubt", "message", "cancel"], "run_signal.body.kind");
  return {
    id: textOf(row, "id"),
    runId: textOf(row, "run_id") as Id<"run">,
    position: numberOf(row, "position"),
    atMs: numberOf(row, "at_ms"),
    by: textOf(row, "said_by"),
    // The writer's type held when the body was encoded; its kind is checked above.
    ...(body as unknown as RunSignalBody),
  };
}
