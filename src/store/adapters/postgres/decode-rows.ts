import { AegisError } from "../../../kernel/index.ts";
import type { StoredRow } from "../../stored-row.ts";

/** What a row holds is checked before anybody relies on it; the complaint names the store. */
export function decodeRows<Value>(
  rows: readonly StoredRow[],
  decode: (row: StoredRow) => Value,
  label: string,
): Value[] {
  try {
    return rows.map(decode);
  } catch (cause) {
    if (!(cause instanceof AegisError)) throw cause;
    const details = { ...cause.details, store: label };
    throw new AegisError(cause.code, `The store ${label}: ${cause.message}`, { cause, details });
  }
}
