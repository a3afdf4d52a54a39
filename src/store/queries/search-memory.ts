import type { MemoryEntry, MemoryScope } from "../../domain/index.ts";
import type { Sql } from "../sql.ts";
import { sql } from "../statement.ts";
import { wordsOf } from "../words-of.ts";
import { decodeMemory } from "./decode-memory.ts";
import { hashScope, isOfScope } from "./memory-scope.ts";
import { boundedLimit } from "./page.ts";

/**
 * Best first, then by key. Words hold letters and digits alone, so no query can be an operator. The one question that
 * databases answer in ways of their own. SQLite: the FTS5 table memory_search, kept in step by triggers. Postgres: a GIN
 * index on (to_tsvector('simple', words)) WHERE is_latest = 1.
 */
export async function searchMemory(
  db: Sql,
  scope: MemoryScope,
  { query, limit }: { readonly query: string; readonly limit: number },
): Promise<MemoryEntry[]> {
  const words = wordsOf(query);
  const last = words.at(-1);
  if (last === undefined) return [];
  const whole = [...new Set(words.slice(0, -1))];
  const search = db.dialect === "sqlite" ? searchSqlite : searchPostgres;
  return (await db.run(search(scope, { whole, last, limit: boundedLimit(limit) }))).map(decodeMemory);
}

interface Search {
  readonly whole: readonly string[];
  /** Its beginning is enough. */
  readonly last: string;
  readonly limit: number;
}

function searchSqlite(scope: MemoryScope, { whole, last, limit }: Search) {
  const words = [...whole.map((word) => `"${word}"`), `"${last}" *`].join(" AND ");
  const match = `scope_hash : "${hashScope(scope)}" AND words : (${words})`;
  return sql`SELECT memory_entry.* FROM memory_search JOIN memory_entry ON memory_entry.id = memory_search.rowid
    WHERE memory_search MATCH ${match} AND ${isOfScope(scope)} AND is_latest = 1
    ORDER BY bm25(memory_search, 0.0, 1.0), key LIMIT ${limit}`;
}

function searchPostgres(scope: MemoryScope, { whole, last, limit }: Search) {
  const words = [...whole.map((word) => `'${word}'`), `'${last}':*`].join(" & ");
  const found = sql`to_tsvector('simple', words)`;
  const wanted = sql`to_tsquery('simple', ${words})`;
  return sql`SELECT * FROM memory_entry WHERE ${isOfScope(scope)} AND is_latest = 1 AND ${found} @@ ${wanted}
    ORDER BY ts_rank(${found}, ${wanted}, 1) DESC, key LIMIT ${limit}`;
}
