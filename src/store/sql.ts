import type { StoredRow } from "./stored-row.ts";

/** A value as databases keep it: lists, objects and truth values are written as JSON text and 0 or 1. */
export type Cell = string | number | null;

export interface Statement {
  /** Parameters are `$1`, `$2`, ... in the order in which they first occur: both SQLite and Postgres take them so. */
  readonly text: string;
  readonly cells: readonly Cell[];
}

/** A database as the runtime's queries see it, so that each question is written once for SQLite and Postgres. */
export interface Sql {
  readonly dialect: "sqlite" | "postgres";
  /** Carries out one statement; the rows of a SELECT or a RETURNING. */
  run(statement: Statement): Promise<readonly StoredRow[]>;
  /** Carries out several, all or nothing, seen by others only together. Resolves once durable. */
  runTogether(statements: readonly Statement[]): Promise<readonly (readonly StoredRow[])[]>;
}
