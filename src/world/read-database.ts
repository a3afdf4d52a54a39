import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Json, type JsonObject, LIMITS } from "../kernel/index.ts";

const MAGIC = Buffer.from("SQLite format 3\0");

export function isDatabase(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, MAGIC.length)).equals(MAGIC);
}

/**
 * The rows of a SQLite file as `{ table: { key: row } }`, keyed by primary key, or by place where there is none. The file
 * comes from an agent: it is opened read-only, without views, triggers or functions of its schema being trusted.
 * Undefined for a file that cannot be read, or has more rows than are compared.
 */
export function readDatabase(bytes: Uint8Array): JsonObject | undefined {
  const folder = mkdtempSync(join(tmpdir(), "aegis-database-"));
  try {
    const path = join(folder, "file.db");
    writeFileSync(path, bytes, { mode: 0o600 });
    const db = new DatabaseSync(path, { readOnly: true, allowExtension: false, defensive: true, readBigInts: true });
    try {
      db.exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
      return readTables(db);
    } finally {
      db.close();
    }
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readTables(db: DatabaseSync): JsonObject | undefined {
  const tables = db
    .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all()
    .map(({ name }) => String(name))
    .toSorted();
  const state: Record<string, Json> = {};
  let rowCount = 0;
  for (const table of tables) {
    const columns = db.prepare("SELECT name, pk FROM pragma_table_info(?) ORDER BY pk").all(table);
    const keys = columns.filter(({ pk }) => Number(pk) > 0).map(({ name }) => String(name));
    const rows: Record<string, Json> = {};
    for (const row of db.prepare(`SELECT * FROM ${quoted(table)}`).iterate()) {
      rowCount += 1;
      if (rowCount > LIMITS.workspaceRowsMax) return undefined;
      const shown = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, valueOf(value)]));
      const key = keys.map((name) => String(shown[name])).join(",");
      rows[keys.length === 0 ? `${Object.keys(rows).length}` : key] = shown;
    }
    state[table] = rows;
  }
  return state;
}

function valueOf(value: unknown): Json {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString("base64") };
  if (typeof value !== "bigint") return value as Json;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
