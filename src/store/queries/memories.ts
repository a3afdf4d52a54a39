import type { MemoryScope } from "../../domain/index.ts";
import type { MemoryStore } from "../runtime-store.ts";
import type { Sql } from "../sql.ts";
import { allOf, type Fragment, sql } from "../statement.ts";
import { numberOf } from "../stored-row.ts";
import { decodeMemory } from "./decode-memory.ts";
import { isOfScope } from "./memory-scope.ts";
import { boundedLimit } from "./page.ts";
import { searchMemory } from "./search-memory.ts";
import { writeMemory } from "./write-memory.ts";

/** In order of key. Indexes: memory_latest, the unique key (scope, key, version). */
export function memoryQuestions(db: Sql): MemoryStore {
  const entries = async (statement: Fragment) => (await db.run(statement)).map(decodeMemory);
  return {
    writeMemory: (write) => writeMemory(db, write),
    async readMemory(scope, key) {
      const latest = sql`SELECT * FROM memory_entry WHERE ${isOfScope(scope)} AND key = ${key} AND is_latest = 1`;
      return (await entries(latest))[0];
    },
    listMemoryVersions: (scope, key, limit) =>
      entries(sql`SELECT * FROM memory_entry WHERE ${isOfScope(scope)} AND key = ${key}
        ORDER BY version LIMIT ${boundedLimit(limit)}`),
    listMemory(scope, { limit, afterKey, prefix = "" }) {
      const end = firstBehind(prefix);
      const where = allOf([
        isOfScope(scope),
        sql`is_latest = 1`,
        afterKey !== undefined && sql`key > ${afterKey}`,
        prefix !== "" && sql`key >= ${prefix}`,
        end !== undefined && sql`key < ${end}`,
      ]);
      return entries(sql`SELECT * FROM memory_entry WHERE ${where} ORDER BY key LIMIT ${boundedLimit(limit)}`);
    },
    searchMemory: (scope, query, limit) => searchMemory(db, scope, { query, limit }),
    eraseMemory: (scope, key) => eraseMemory(db, scope, key),
    eraseUser: async (userId) => (await import("./erase-user.ts")).eraseUser(db, userId),
  };
}

async function eraseMemory(db: Sql, scope: MemoryScope, key: string | undefined): Promise<number> {
  const where = allOf([isOfScope(scope), key !== undefined && sql`key = ${key}`]);
  const rows = await db.run(sql`DELETE FROM memory_entry WHERE ${where} RETURNING is_latest`);
  return rows.filter((row) => numberOf(row, "is_latest") === 1).length;
}

/** The first text, in the order of code points, that neither begins with the prefix nor stands before it. */
function firstBehind(prefix: string): string | undefined {
  const points = [...prefix].map((character) => character.codePointAt(0) ?? 0);
  while (points.at(-1) === 0x10ffff) points.pop();
  const last = points.pop();
  if (last === undefined) return undefined;
  // The texts of a store hold no half characters: behind the last before them comes the first after them.
  return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
}
