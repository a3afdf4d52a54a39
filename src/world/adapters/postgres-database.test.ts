import { afterAll, beforeAll, expect, test } from "vitest";
import pg from "pg";
import { diffState } from "../../domain/index.ts";
import { type PostgresServer, startPostgresServer } from "../../testing/postgres-server.ts";
import { postgresDatabases } from "./postgres-database.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgresServer({ fsync: false });
  await server.createDatabase("shop_template");
  await server.run(
    `CREATE TABLE orders (id TEXT PRIMARY KEY, cents INT); INSERT INTO orders VALUES ('W1', 100), ('W2', 200);
     CREATE TABLE note (said TEXT)`,
    "shop_template",
  );
});
afterAll(() => server.stop());

const spec = { serverEnv: "PG_URL", template: "shop_template", env: "DATABASE_URL" };

async function query(url: string, text: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

test("two trials have a database each, with the template's rows and their own changes, and leave none", async () => {
  const open = postgresDatabases({ PG_URL: server.url });
  const [one, other] = await Promise.all([open(spec), open(spec)]);
  const before = await one.rows();
  await query(one.url, "UPDATE orders SET cents = 7 WHERE id = 'W1'; DELETE FROM orders WHERE id = 'W2'");
  await query(one.url, "INSERT INTO note VALUES ('hello')");
  expect(diffState(before, await one.rows())).toEqual([
    { path: "note.0", after: { said: "hello" } },
    { path: "orders.W1.cents", before: 100, after: 7 },
    { path: "orders.W2", before: { id: "W2", cents: 200 } },
  ]);
  expect(await other.rows()).toEqual(before);
  // Its login opens no other database of the server's trials.
  const foreign = new URL(one.url);
  foreign.pathname = new URL(other.url).pathname;
  await expect(query(foreign.href, "SELECT 1")).rejects.toThrow(/permission denied/);
  await Promise.all([one, other].map((each) => each[Symbol.asyncDispose]()));
  expect(await server.run("SELECT datname FROM pg_database WHERE datname LIKE 'aegis_trial_%'")).toEqual([]);
  expect(await server.run("SELECT rolname FROM pg_roles WHERE rolname LIKE 'aegis_trial_%'")).toEqual([]);
});

test.each([
  { why: "no address", env: {}, says: /PG_URL is not set/ },
  { why: "nobody there", env: { PG_URL: "postgres://a:b@127.0.0.1:1/postgres" }, says: /cannot be reached/ },
  { why: "no such template", env: undefined, says: /nowhere/ },
])("$why is the world's failure", async ({ env, says }) => {
  const open = postgresDatabases(env ?? { PG_URL: server.url });
  const wanted = env ? spec : { ...spec, template: "nowhere" };
  await expect(open(wanted)).rejects.toThrow(
    expect.objectContaining({ code: "world.no_database", message: expect.stringMatching(says) as string }),
  );
  expect(await server.run("SELECT rolname FROM pg_roles WHERE rolname LIKE 'aegis_trial_%'")).toEqual([]);
});
