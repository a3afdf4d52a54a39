import type { Session } from "../../domain/index.ts";
import { AegisError, type Id } from "../../kernel/index.ts";
import type { SessionStore } from "../runtime-store.ts";
import type { Sql } from "../sql.ts";
import { allOf, sql } from "../statement.ts";
import { numberOf, numberOrNullOf, objectOf, type StoredRow, textOf } from "../stored-row.ts";
import { newestFirst, olderThan } from "./page.ts";
import { removeKnown } from "./remove-traces.ts";
import { lockSession, runAlone } from "./session-lock.ts";

/** Newest first, by keyset (created_at_ms, id). Indexes: the primary key, session_by_time, session_by_owner. */
export function sessionQuestions(db: Sql): SessionStore {
  return {
    createSession: (session) => createSession(db, session),
    async findSession(id) {
      return (await db.run(sql`SELECT * FROM session WHERE id = ${id}`)).map(decodeSession)[0];
    },
    async listSessions({ limit, before, ownerId, agent }) {
      const where = allOf([
        olderThan(before),
        ownerId !== undefined && sql`owner_id = ${ownerId}`,
        agent !== undefined && sql`agent = ${agent}`,
      ]);
      return (await db.run(sql`SELECT * FROM session WHERE ${where} ${newestFirst(limit)}`)).map(decodeSession);
    },
    async updateSession(id, { state, metadata, closedAtMs }) {
      const rows = await db.run(
        sql`UPDATE session SET state = COALESCE(${textOrNull(state)}, state),
          metadata = COALESCE(${textOrNull(metadata)}, metadata),
          closed_at_ms = COALESCE(${closedAtMs ?? null}, closed_at_ms) WHERE id = ${id} RETURNING id`,
      );
      return rows.length > 0;
    },
    removeSession: (id) => removeSession(db, id),
  };
}

async function createSession(db: Sql, session: Session): Promise<void> {
  const { id, agent, ownerId, createdAtMs, closedAtMs } = session;
  const rows = await db.run(
    sql`INSERT INTO session (id, agent, owner_id, state, metadata, created_at_ms, closed_at_ms)
      VALUES (${id}, ${agent}, ${ownerId}, ${JSON.stringify(session.state)}, ${JSON.stringify(session.metadata)},
      ${createdAtMs}, ${closedAtMs}) ON CONFLICT DO NOTHING RETURNING id`,
  );
  if (rows.length > 0) return;
  throw new AegisError("session.exists", `There is a session ${JSON.stringify(id)} already`, { details: { id } });
}

async function removeSession(db: Sql, id: Id<"session">): Promise<void> {
  const runs = sql`SELECT id FROM run WHERE session_id = ${id}`;
  await runAlone(
    db,
    [lockSession(id)],
    [
      sql`DELETE FROM run_log WHERE run_id IN (${runs})`,
      sql`DELETE FROM run_signal WHERE run_id IN (${runs})`,
      ...removeKnown(runs),
      sql`DELETE FROM run WHERE session_id = ${id}`,
      sql`DELETE FROM session WHERE id = ${id}`,
    ],
  );
}

function textOrNull(value: object | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

/** @throws {AegisError} "store.corrupt" */
function decodeSession(row: StoredRow): Session {
  return {
    id: textOf(row, "id") as Id<"session">,
    agent: textOf(row, "agent"),
    ownerId: textOf(row, "owner_id"),
    state: objectOf(row, "state"),
    metadata: objectOf(row, "metadata"),
    createdAtMs: numberOf(row, "created_at_ms"),
    closedAtMs: numberOrNullOf(row, "closed_at_ms"),
  };
}
