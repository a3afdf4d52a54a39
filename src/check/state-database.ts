import { constants, DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { isJsonObject, type Json, type JsonObject } from "../kernel/index.ts";

const READING_ACTIONS: readonly number[] = [constants.SQLITE_SELECT, constants.SQLITE_READ, constants.SQLITE_FUNCTION];

/** The state to ask, and the one it began as, which knows columns that are gone. */
interface StatePair {
  readonly before: Json;
  readonly after: Json;
}

/**
 * Asks one SELECT of the state after the run. Every top-level key whose value is a list of records, or an object of
 * records, is a table; what is nested in a record is JSON text, and `_key` is the record's key or its place in the
 * list. A collection without records has every column that is asked of it. Writing, attaching and recursive queries
 * are refused.
 * @throws {Error} with SQLite's words where the query does not work
 */
export function queryState(state: StatePair, sql: string): readonly JsonObject[] {
  const database = new DatabaseSync(":memory:");
  try {
    const emptyTables = fillTables(database, state, sql.toLowerCase());
    return prepare(database, sql, emptyTables)
      .all()
      .map((row) => ({ ...row }) as JsonObject);
  } finally {
    database.close();
  }
}

/** Why SQLite cannot read a query, whatever the tables; undefined where only tables or columns are missing, or nothing. */
export function syntaxProblem(sql: string): string | undefined {
  const database = new DatabaseSync(":memory:");
  try {
    database.prepare(sql);
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    return /^no such (table|column)/.test(message) ? undefined : message;
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

/**
 * Only the tables that the query names, so that a large state costs nothing.
 * @returns the columns of each table without rows
 */
function fillTables(database: DatabaseSync, { before, after }: StatePair, query: string): EmptyTables {
  const was = isJsonObject(before) ? before : {};
  const is = isJsonObject(after) ? after : {};
  const emptyTables = new Map<string, Set<string>>();
  for (const table of new Set([...Object.keys(is), ...Object.keys(was)])) {
    if (!query.includes(table.toLowerCase().replaceAll('"', '""'))) continue;
    const earlier = recordsIn(was[table]);
    // A collection that is gone has no records.
    const records = is[table] === undefined ? earlier && [] : recordsIn(is[table]);
    if (!records) continue;
    const keys = [...new Set([...records, ...(earlier ?? [])].flatMap(([, record]) => Object.keys(record)))];
    fillTable(database, { table, keys, records });
    if (records.length === 0) emptyTables.set(table, new Set(["_key", ...keys].map((key) => key.toLowerCase())));
  }
  return emptyTables;
}

function fillTable(
  database: DatabaseSync,
  { table, keys, records }: { table: string; keys: readonly string[]; records: readonly KeyedRecord[] },
): void {
  const columns = uniqueColumns(["_key", ...keys]).map(quote);
  database.exec(`CREATE TABLE ${quote(table)} (${columns.join(", ")})`);
  const insert = database.prepare(`INSERT INTO ${quote(table)} VALUES (${columns.map(() => "?").join(", ")})`);
  for (const [key, record] of records) insert.run(key, ...keys.map((name) => toSql(record[name])));
}

type EmptyTables = ReadonlyMap<string, Set<string>>;

/** Nobody knows the columns of an empty table: one that SQLite misses is added, and the query is prepared again. */
function prepare(database: DatabaseSync, sql: string, emptyTables: EmptyTables): StatementSync {
  for (;;) {
    database.setAuthorizer((action) =>
      READING_ACTIONS.includes(action) ? constants.SQLITE_OK : constants.SQLITE_DENY,
    );
    try {
      return database.prepare(sql);
    } catch (error) {
      database.setAuthorizer(null);
      if (!addMissingColumn(database, (error as Error).message, emptyTables)) throw error;
    }
  }
}

/** @returns false when no empty table can do with the column that the message misses */
function addMissingColumn(database: DatabaseSync, message: string, emptyTables: EmptyTables): boolean {
  const missing = /^no such column: (?:(.+)\.)?"?(.+?)"?(?: - should this be .*)?$/s.exec(message);
  const column = missing?.[2];
  if (column === undefined) return false;
  const lacking = [...emptyTables].filter(([, columns]) => !columns.has(column.toLowerCase()));
  // Behind an alias may be any of them; a bare name in two tables would be ambiguous.
  const chosen = missing?.[1] === undefined ? lacking.slice(0, 1) : lacking;
  for (const [table, columns] of chosen) {
    database.exec(`ALTER TABLE ${quote(table)} ADD COLUMN ${quote(column)}`);
    columns.add(column.toLowerCase());
  }
  return chosen.length > 0;
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
