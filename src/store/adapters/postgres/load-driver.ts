import type * as Driver from "pg";
import { AegisError } from "../../../kernel/index.ts";

export type PostgresDriver = typeof Driver;

/**
 * The optional package `pg`, loaded by those who use Postgres only.
 * @throws {AegisError} "store.unavailable" when it is not installed
 */
export async function loadDriver(load: () => Promise<PostgresDriver> = () => import("pg")): Promise<PostgresDriver> {
  try {
    return await load();
  } catch (cause) {
    throw new AegisError("store.unavailable", "A store in Postgres needs the package pg: npm install pg", { cause });
  }
}
