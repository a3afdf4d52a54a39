import type { RunRecord } from "../../domain/index.ts";
import { AegisError, invariant } from "../../kernel/index.ts";
import type { NewRun } from "../runtime-store.ts";
import type { Sql } from "../sql.ts";
import { sql } from "../statement.ts";
import { decodeRun } from "./decode-run.ts";
import { lockSession, runAlone } from "./session-lock.ts";

/**
 * Puts a run into its session's queue, once for each idempotency key. Indexes: session's primary key, run_by_key.
 * @throws {AegisError} "session.not_found": the session was removed meanwhile
 */
export async function acceptRun(
  db: Sql,
  run: NewRun & { readonly openMax?: number },
): Promise<{ run: RunRecord; isNew: boolean }> {
  const { id, sessionId, ownerId, agent, version, idempotencyKey, openMax = Number.MAX_SAFE_INTEGER } = run;
  const inserted = await runAlone(
    db,
    [lockSession(sessionId)],
    [
      sql`INSERT INTO run (id, session_id, owner_id, agent, version, input, status, attempt, idempotency_key, metadata,
          created_at_ms)
        SELECT ${id}, ${sessionId}, ${ownerId}, ${agent}, ${version}, ${JSON.stringify(run.input)}, 'queued', 0,
          ${idempotencyKey}, ${JSON.stringify(run.metadata)}, CAST(${run.createdAtMs} AS DOUBLE PRECISION)
        WHERE EXISTS (SELECT 1 FROM session WHERE id = ${sessionId})
          AND (SELECT count(*) FROM run WHERE session_id = ${sessionId} AND status <> 'ended') < ${openMax}
        ON CONFLICT DO NOTHING RETURNING *`,
    ],
  );
  const [accepted] = (inserted[0] ?? []).map(decodeRun);
  if (accepted !== undefined) return { run: accepted, isNew: true };
  return { run: await findAccepted(db, run), isNew: false };
}

async function findAccepted(
  db: Sql,
  { id, sessionId, idempotencyKey, openMax }: NewRun & { openMax?: number },
): Promise<RunRecord> {
  const found = idempotencyKey === null ? undefined : await findRunByKey(db, sessionId, idempotencyKey);
  if (found !== undefined) return found;
  const sessions = await db.run(sql`SELECT id FROM session WHERE id = ${sessionId}`);
  if (sessions.length > 0 && openMax !== undefined) {
    throw new AegisError("session.queue_full", `Session ${sessionId} has ${openMax} messages waiting`, {
      details: { openMax },
    });
  }
  invariant(sessions.length === 0, `a new run has a new id, and ${id} is taken`);
  throw new AegisError("session.not_found", `There is no session ${JSON.stringify(sessionId)}`, {
    details: { sessionId },
  });
}

/** The session's run of an idempotency key. Index: run_by_key. */
export async function findRunByKey(db: Sql, sessionId: string, key: string): Promise<RunRecord | undefined> {
  const rows = await db.run(sql`SELECT * FROM run WHERE session_id = ${sessionId} AND idempotency_key = ${key}`);
  return rows.map(decodeRun)[0];
}
