import { ACCESS_SCOPES, type ApiKey } from "../../domain/index.ts";
import { AegisError, type Id } from "../../kernel/index.ts";
import type { AccessStore } from "../runtime-store.ts";
import type { Sql } from "../sql.ts";
import { sql } from "../statement.ts";
import { arrayOf, numberOf, numberOrNullOf, type StoredRow, textOf, wordOf } from "../stored-row.ts";
import { newestFirst } from "./page.ts";
import { lockName, runAlone } from "./session-lock.ts";

type ApiKeys = Pick<AccessStore, "createApiKey" | "findApiKey" | "listApiKeys" | "expireApiKey">;

/** Newest first. Indexes: api_key's primary key, its unique hash, api_key_by_name, api_key_by_time. */
export function apiKeyQuestions(db: Sql): ApiKeys {
  return {
    createApiKey: (key) => createApiKey(db, key),
    async findApiKey(hash) {
      return (await db.run(sql`SELECT * FROM api_key WHERE hash = ${hash}`)).map(decodeApiKey)[0];
    },
    async listApiKeys(limit) {
      return (await db.run(sql`SELECT * FROM api_key ${newestFirst(limit)}`)).map(decodeApiKey);
    },
    /** A key that has ended, or ends earlier, is not brought back to life. */
    async expireApiKey(id, atMs) {
      const rows = await db.run(
        sql`UPDATE api_key SET expires_at_ms = CASE WHEN expires_at_ms < ${atMs} THEN expires_at_ms
          ELSE CAST(${atMs} AS DOUBLE PRECISION) END WHERE id = ${id} RETURNING id`,
      );
      return rows.length > 0;
    },
  };
}

async function createApiKey(db: Sql, key: ApiKey): Promise<void> {
  const { id, name, hash, role, scopes, userId, createdAtMs, expiresAtMs } = key;
  const [rows = []] = await runAlone(
    db,
    [lockName("aegis api_key")],
    [
      sql`INSERT INTO api_key (id, name, hash, role, scopes, user_id, created_at_ms, expires_at_ms)
        SELECT ${id}, ${name}, ${hash}, ${role}, ${scopes === null ? null : JSON.stringify(scopes)}, ${userId},
          CAST(${createdAtMs} AS DOUBLE PRECISION), CAST(${expiresAtMs} AS DOUBLE PRECISION)
        WHERE NOT EXISTS (SELECT 1 FROM api_key WHERE name = ${name}
          AND (expires_at_ms IS NULL OR expires_at_ms > ${createdAtMs}))
        ON CONFLICT DO NOTHING RETURNING id`,
    ],
  );
  if (rows.length > 0) return;
  throw new AegisError("key.exists", `There is a valid key ${JSON.stringify(name)} already`, { details: { name } });
}

/** @throws {AegisError} "store.corrupt" */
function decodeApiKey(row: StoredRow): ApiKey {
  const scopes = row["scopes"] === null ? null : arrayOf(row, "scopes");
  return {
    id: textOf(row, "id") as Id<"api-key">,
    name: textOf(row, "name"),
    hash: textOf(row, "hash"),
    role: wordOf(row["role"], ["user", "operator", "admin"], "api_key.role"),
    scopes: scopes && scopes.map((scope) => wordOf(scope, ACCESS_SCOPES, "api_key.scopes")),
    userId: textOf(row, "user_id"),
    createdAtMs: numberOf(row, "created_at_ms"),
    expiresAtMs: numberOrNullOf(row, "expires_at_ms"),
  };
}
