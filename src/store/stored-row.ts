import { AegisError, isJsonObject, type Json, type JsonObject } from "../kernel/index.ts";

/** A row as a driver hands it over: nothing is known of it yet. */
export type StoredRow = Readonly<Record<string, unknown>>;

export function textOf(row: StoredRow, column: string): string {
  const value = row[column];
  return typeof value === "string" ? value : refuse(column, "is no text");
}

export function numberOf(row: StoredRow, column: string): number {
  const value = row[column];
  return typeof value === "number" && Number.isFinite(value) ? value : refuse(column, "is no number");
}

export function textOrNullOf(row: StoredRow, column: string): string | null {
  return row[column] === null ? null : textOf(row, column);
}

export function numberOrNullOf(row: StoredRow, column: string): number | null {
  return row[column] === null ? null : numberOf(row, column);
}

export function objectOf(row: StoredRow, column: string): JsonObject {
  const value = jsonOf(row, column);
  return isJsonObject(value) ? value : refuse(column, "holds no JSON object");
}

export function arrayOf(row: StoredRow, column: string): readonly unknown[] {
  const value = jsonOf(row, column);
  return Array.isArray(value) ? value : refuse(column, "holds no JSON array");
}

/** The value when it is one of the words this version knows. */
export function wordOf<Word extends string>(value: unknown, words: readonly Word[], column: string): Word {
  return words.find((word) => word === value) ?? refuse(column, `holds the unknown word ${JSON.stringify(value)}`);
}

/**
 * Keys that are compared by the database must survive it unchanged, in every adapter.
 * @throws {AegisError} "store.bad_text" for unpaired surrogates and NUL
 */
export function assertKey(text: string, what: string): void {
  if (text.isWellFormed() && !text.includes("\0")) return;
  throw new AegisError("store.bad_text", `${what} ${JSON.stringify(text)} holds a NUL or half a character`, {
    details: { what },
  });
}

export function jsonOf(row: StoredRow, column: string): Json {
  try {
    return JSON.parse(textOf(row, column)) as Json;
  } catch (cause) {
    if (cause instanceof AegisError) throw cause;
    return refuse(column, "holds broken JSON");
  }
}

function refuse(column: string, why: string): never {
  throw new AegisError("store.corrupt", `its column ${column} ${why}`, { details: { column } });
}
