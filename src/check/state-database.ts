import { constants, DatabaseSync, type SQLInputValue } from "node:sqlite";
import { isJsonObject, type Json, type JsonObject } from "../kernel/index.ts";

const READING_ACTIONS: readonly number[] = [constants.SQLITE_SELECT, constants.SQLITE_READ, constants.SQLITE_FUNCTION];

/**
 * Asks one SELECT of a state. Every top-level key whose value is a list of records, or an object of records, is a table;
 * what is nested in a record is JSON text, and `_key` is the record's key or its place in the list. Writing, attaching
 * and recursive queries are refused.
 * @throws {Error} with SQLite's words where the query does not work
 */
export function queryState(state: Json, sql: string): readonly JsonObject[] {
  const database = new DatabaseSync(":memory:");
  try {
    if (isJsonObject(state)) fillTables(database, state, sql.toLowerCase());
    database.setAuthorizer((action) =>
      READING_ACTIONS.includes(action) ? constants.SQLITE_OK : constants.SQLITE_DENY,
    );
    return database
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }) as JsonObject);
  } finally {
    database.close();
  }
}

/** More than one statement: SQLite would silently leave out all but the first. */
export function hasSeveralStatements(sql: string): boolean {
  const bare = sql.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*.*?\*\//gs, "");
  return /;\s*\S/.test(bare);
}

type KeyedRecord = readonly [key: string, record: JsonObject];

function recordsIn(value: Json | undefined): readonly KeyedRecord[] | undefined {
  if (!isJsonObject(value) && !Array.isArray(value)) return undefined;
  const members: readonly [string, unknown][] = Object.entries(value);
  const records = members.filter((member): member is [string, JsonObject] => isJsonObject(member[1]));
  return records.length === members.length ? records : undefined;
}

/** Only the tables that the query names, so that a large state costs nothing. */
function fillTables(database: DatabaseSync, state: JsonObject, query: string): void {
  for (const [table, value] of Object.entries(state)) {
    const records = recordsIn(value);
    if (records && query.includes(table.toLowerCase().replaceAll('"', '""'))) fillTable(database, table, records);
  }
}

function fillTable(database: DatabaseSync, table: string, records: readonly KeyedRecord[]): void {
  const keys = [...new Set(records.flatMap(([, record]) => Object.keys(record)))];
  const columns = uniqueColumns(["_key", ...keys]).map(quote);
  database.exec(`CREATE TABLE ${quote(table)} (${columns.join(", ")})`);
  const insert = database.prepare(`INSERT INTO ${quote(table)} VALUES (${columns.map(() => "?").join(", ")})`);
  for (const [key, record] of records) insert.run(key, ...keys.map((name) => toSql(record[name])));
}

/** SQLite takes "Id" and "id" for one column: later ones get a number. */
function uniqueColumns(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let count = 2; taken.has(unique.toLowerCase()); count += 1) unique = `${name}_${count}`;
    taken.add(unique.toLowerCase());
    return unique;
  });
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function toSql(value: Json | undefined): SQLInputValue {
  if (value === undefined || value === null) return null;
  if (typeof value === "boolean") return value ? 1 : 0;
  return typeof value === "object" ? JSON.stringify(value) : value;
}
