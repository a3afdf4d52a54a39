import { randomBytes } from "node:crypto";
import type { Client, QueryResultRow } from "pg";
import { AegisError, type Json, type JsonObject, LIMITS, toJson } from "../../kernel/index.ts";
import type { OpenFixtureDatabase } from "../fixture-database.ts";

/** Fresh databases from a template on the server that an environment variable names. */
export function postgresDatabases(env: Readonly<Record<string, string | undefined>>): OpenFixtureDatabase {
  return async ({ serverEnv, template }) => {
    const address = env[serverEnv];
    if (address === undefined) throw unavailable(`${serverEnv} is not set: it names the Postgres server`);
    const name = `aegis_trial_${randomBytes(8).toString("hex")}`;
    const password = randomBytes(18).toString("hex");
    const url = new URL(address);
    await using admin = await connect(url.href);
    try {
      await admin.run(`CREATE DATABASE ${quoted(name)} TEMPLATE ${quoted(template)}`);
      await admin.run(`REVOKE CONNECT ON DATABASE ${quoted(name)} FROM PUBLIC`);
      await admin.run(`CREATE ROLE ${quoted(name)} LOGIN PASSWORD '${password}'`);
      await admin.run(`GRANT ALL ON DATABASE ${quoted(name)} TO ${quoted(name)}`);
    } catch (cause) {
      await drop(admin, name);
      throw unavailable(`no database could be made from the template ${template}: ${(cause as Error).message}`, cause);
    }
    const inside = new URL(url.href);
    inside.pathname = `/${name}`;
    const grants = await connect(inside.href);
    try {
      for (const kind of ["TABLES", "SEQUENCES", "ROUTINES"]) {
        await grants.run(`GRANT ALL ON ALL ${kind} IN SCHEMA public TO ${quoted(name)}`);
      }
      await grants.run(`GRANT ALL ON SCHEMA public TO ${quoted(name)}`);
    } finally {
      await grants[Symbol.asyncDispose]();
    }
    const own = new URL(inside.href);
    own.username = name;
    own.password = password;
    return {
      url: own.href,
      rows: () => readRows(inside.href),
      async [Symbol.asyncDispose]() {
        await using again = await connect(url.href);
        await drop(again, name);
      },
    };
  };
}

interface Connection extends AsyncDisposable {
  run(text: string, values?: readonly unknown[]): Promise<QueryResultRow[]>;
}

async function connect(url: string): Promise<Connection> {
  const client: Client = await openClient(url);
  return {
    run: async (text, values = []) => (await client.query(text, [...values])).rows as QueryResultRow[],
    [Symbol.asyncDispose]: () => client.end(),
  };
}

async function openClient(url: string): Promise<Client> {
  try {
    const { default: driver } = await import("pg");
    const client = new driver.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
    // A server that goes away is told by the next question.
    client.on("error", () => undefined);
    await client.connect();
    return client;
  } catch (cause) {
    throw unavailable(`the server cannot be reached: ${(cause as Error).message}`, cause);
  }
}

/** Whoever is still connected is cut off. */
async function drop(admin: Connection, name: string): Promise<void> {
  await admin.run(`DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`);
  await admin.run(`DROP ROLE IF EXISTS ${quoted(name)}`);
}

async function readRows(url: string): Promise<JsonObject> {
  await using connection = await connect(url);
  const tables = await connection.run(
    `SELECT c.oid::int AS oid, n.nspname AS schema, c.relname AS name
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
     ORDER BY 2, 3`,
  );
  const state: Record<string, Json> = {};
  for (const { oid, schema, name } of tables as { oid: number; schema: string; name: string }[]) {
    const table = schema === "public" ? name : `${schema}.${name}`;
    state[table] = await readTable(connection, { oid, from: `${quoted(schema)}.${quoted(name)}` });
  }
  return state;
}

async function readTable(connection: Connection, { oid, from }: { oid: number; from: string }): Promise<Json> {
  const keys = await connection.run(
    `SELECT a.attname AS name FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
     WHERE i.indrelid = $1 AND i.indisprimary ORDER BY array_position(i.indkey::int2[], a.attnum)`,
    [oid],
  );
  const rows = await connection.run(`SELECT to_jsonb(t) AS shown FROM ${from} t LIMIT ${LIMITS.workspaceRowsMax + 1}`);
  if (rows.length > LIMITS.workspaceRowsMax) {
    const [sum] = await connection.run(
      `SELECT count(*)::int AS rows, md5(string_agg(t::text, E'\\n' ORDER BY t::text)) AS md5 FROM ${from} t`,
    );
    return toJson(sum);
  }
  const entries = rows.map(({ shown }, index): [string, Json] => {
    const row = shown as JsonObject;
    return [keys.length === 0 ? `${index}` : keys.map(({ name }) => String(row[name])).join(","), row];
  });
  return Object.fromEntries(entries);
}

function unavailable(message: string, cause?: unknown): AegisError {
  return new AegisError("world.no_database", message, { cause });
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
