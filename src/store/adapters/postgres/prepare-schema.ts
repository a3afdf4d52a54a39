import type { PoolClient } from "pg";
import { AegisError } from "../../../kernel/index.ts";
import { failureOf } from "./failure.ts";
import { MIGRATIONS } from "./migrations.ts";
import type { PostgresPlace } from "./place.ts";

/** Makes the schema where it is missing, and brings its tables to this version. */
export async function prepareSchema(client: PoolClient, place: PostgresPlace): Promise<void> {
  try {
    if ((await versionOf(client, place)) < MIGRATIONS.length) await migrateAlone(client, place);
    await client.query("DELETE FROM write_mark WHERE made_at < now() - interval '1 day'");
  } catch (error) {
    throw failureOf(error, place.label);
  }
}

async function migrateAlone(client: PoolClient, place: PostgresPlace): Promise<void> {
  await client.query("BEGIN");
  try {
    // Another process may be making the same tables: it ends first, and then there is nothing left to do.
    await client.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`aegis schema ${place.schema}`]);
    await migrate(client, place);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    throw error;
  }
}

async function migrate(client: PoolClient, place: PostgresPlace): Promise<void> {
  const schemas = await client.query("SELECT 1 FROM pg_namespace WHERE nspname = $1", [place.schema]);
  // Asked first: only who may make schemas may say IF NOT EXISTS.
  if (schemas.rows.length === 0) await client.query(`CREATE SCHEMA "${place.schema}"`);
  const version = await versionOf(client, place);
  if (version === 0) {
    await client.query(
      "CREATE TABLE schema_version (version BIGINT PRIMARY KEY, migrated_at TIMESTAMPTZ NOT NULL DEFAULT now())",
    );
  }
  for (let step = version; step < MIGRATIONS.length; step += 1) {
    await client.query(MIGRATIONS[step] ?? "");
    await client.query("INSERT INTO schema_version (version) VALUES ($1)", [step + 1]);
  }
}

/** 0 for an empty or missing schema. */
async function versionOf(client: PoolClient, { schema, label }: PostgresPlace): Promise<number> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = $1",
    [schema],
  );
  if (rows.length === 0) return 0;
  if (!rows.some(({ name }) => name === "schema_version")) {
    throw new AegisError("store.corrupt", `The store ${label}: the schema holds the tables of another program`);
  }
  const versions = await client.query<{ version: number }>("SELECT max(version) AS version FROM schema_version");
  const version = Number(versions.rows[0]?.version ?? 0);
  if (version <= MIGRATIONS.length) return version;
  const known = `this Aegis knows versions up to ${MIGRATIONS.length}`;
  throw new AegisError("store.newer", `The store ${label} has version ${version}; ${known}`);
}
