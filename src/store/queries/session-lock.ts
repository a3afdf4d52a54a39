import type { Sql } from "../sql.ts";
import { type Fragment, sql } from "../statement.ts";
import type { StoredRow } from "../stored-row.ts";

/**
 * Carries out statements that look before they write, one caller at a time. SQLite has one writer anyway; Postgres sees
 * what others committed only once it holds the lock, so each statement after it decides on the truth.
 * @param locks taken in this order by everybody: what concerns the whole store before what concerns one session
 */
export async function runAlone(
  db: Sql,
  locks: readonly Fragment[],
  statements: readonly Fragment[],
): Promise<readonly (readonly StoredRow[])[]> {
  const [first, ...more] = statements;
  if (db.dialect === "sqlite" && first !== undefined && more.length === 0) return [await db.run(first)];
  if (db.dialect === "sqlite") return db.runTogether(statements);
  return (await db.runTogether([...locks, ...statements])).slice(locks.length);
}

/** Everything that moves a run of the session on takes this one. */
export function lockSession(sessionId: string): Fragment {
  return sql`SELECT id FROM session WHERE id = ${sessionId} FOR UPDATE`;
}

export function lockSessionOfRun(runId: string): Fragment {
  return sql`SELECT id FROM session WHERE id = (SELECT session_id FROM run WHERE id = ${runId}) FOR UPDATE`;
}

export function lockSessionsOfOwner(ownerId: string): Fragment {
  return sql`SELECT id FROM session WHERE owner_id = ${ownerId} ORDER BY id FOR UPDATE`;
}

/** A lock on anything that has a name, to the end of the transaction. */
export function lockName(name: string): Fragment {
  return sql`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
}
