import type { MemoryEntry } from "../../domain/index.ts";
import { AegisError } from "../../kernel/index.ts";
import type { MemoryStore } from "../runtime-store.ts";
import type { Sql } from "../sql.ts";
import { allOf, sql } from "../statement.ts";
import { textsOf, wordsOf } from "../words-of.ts";
import { decodeMemory } from "./decode-memory.ts";
import { hashScope, isOfScope } from "./memory-scope.ts";
import { lockName, runAlone } from "./session-lock.ts";

/** Indexes: memory_latest and the unique keys (scope, key, version) and (scope, write_id). */
export async function writeMemory(db: Sql, write: Parameters<MemoryStore["writeMemory"]>[0]): Promise<MemoryEntry> {
  const { scope, key, value, writeId, atMs, runId, expectedVersion } = write;
  const ofKey = sql`${isOfScope(scope)} AND key = ${key}`;
  const made = sql`SELECT * FROM memory_entry WHERE ${isOfScope(scope)} AND write_id = ${writeId}`;
  const latest = sql`COALESCE((SELECT max(version) FROM memory_entry WHERE ${ofKey}), 0)`;
  const isWanted = allOf([
    sql`NOT EXISTS (${made})`,
    expectedVersion !== undefined && sql`${latest} = ${expectedVersion}`,
  ]);
  const words = [key, ...textsOf(value)].flatMap(wordsOf).join(" ");
  const results = await runAlone(
    db,
    [lockName(`aegis memory ${JSON.stringify([scope.kind, scope.id, key])}`)],
    [
      sql`UPDATE memory_entry SET is_latest = 0, words = '' WHERE ${ofKey} AND is_latest = 1 AND ${isWanted}`,
      sql`INSERT INTO memory_entry (scope_kind, scope_id, key, version, is_latest, value, updated_at_ms, run_id, write_id,
          scope_hash, words)
        SELECT ${scope.kind}, ${scope.id}, ${key}, ${latest} + 1, 1, ${JSON.stringify(value)},
          CAST(${atMs} AS DOUBLE PRECISION), ${runId ?? null}, ${writeId}, ${hashScope(scope)}, ${words}
        WHERE ${isWanted}`,
      made,
    ],
  );
  const [entry] = (results[2] ?? []).map(decodeMemory);
  if (entry !== undefined) return entry;
  throw new AegisError(
    "memory.conflict",
    `The memory ${JSON.stringify(key)} is not at version ${expectedVersion ?? "expected"}`,
    { details: { key, ...(expectedVersion !== undefined && { expectedVersion }) } },
  );
}
