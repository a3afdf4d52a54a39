import type { JsonObject } from "../kernel/index.ts";
import type { CasePostgres } from "../domain/index.ts";

/** A database of one trial: made from a template, gone with the trial. */
export interface FixtureDatabase extends AsyncDisposable {
  /** For the agent: a login of its own that may use this database only. */
  readonly url: string;
  /** All rows, as `{ table: { key: row } }`; a hash stands for a table with more than can be compared. */
  rows(): Promise<JsonObject>;
}

/** @throws {AegisError} "world.no_database" */
export type OpenFixtureDatabase = (spec: CasePostgres) => Promise<FixtureDatabase>;
