import { once } from "node:events";
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { NewEvent, RunEvent } from "../../../domain/index.ts";
import type { Id } from "../../../kernel/index.ts";
import { type PostgresServer, startPostgresServer } from "../../../testing/postgres-server.ts";
import { makeId } from "../../../testing/sample-records.ts";
import type { Store } from "../../store.ts";
import { loadDriver } from "./load-driver.ts";
import { openPostgresStore, type PostgresStoreOptions } from "./open-postgres-store.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgresServer();
});
afterAll(() => server.stop());

const stores: Store[] = [];
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store[Symbol.asyncDispose]()));
});
const open = async (options: Partial<PostgresStoreOptions> = {}) => {
  const store = await openPostgresStore({ url: server.url, schema: newSchema(), ...options });
  stores.push(store);
  return store;
};
const newSchema = () => `place-${makeId().toLowerCase()}`;
const runId = () => makeId<"run">();
const said = (content: string): NewEvent => ({ type: "message.sent", content, atMs: 1, witness: "runtime" });
const withCode = (code: string) => expect.objectContaining({ code });
/** Ends the connections of stores: those that listen, or all. */
const cutConnections = (which: "listening" | "all") =>
  server.run(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'aegis' ${which === "listening" ? "AND query LIKE 'LISTEN%'" : ""}`);

test.each([
  { what: "a wrong password", url: () => server.url.replace(/:[^:@]+@/, ":wrong@"), says: "password" },
  { what: "a database that is not there", url: () => server.url.replace(/postgres$/, "nowhere"), says: "nowhere" },
  { what: "a user that is not there", url: () => server.url.replace("//postgres:", "//nobody:"), says: "failed" },
  { what: "another kind of address", url: () => "mysql://localhost/db", says: "no URL" },
  { what: "no address", url: () => "postgres", says: "no URL" },
])("$what is unavailable at once, and no password is told", async ({ url, says }) => {
  const opening = openPostgresStore({ url: url(), schema: newSchema() });
  await expect(opening).rejects.toEqual(withCode("store.unavailable"));
  await expect(opening).rejects.toThrow(says);
  const password = new URL(server.url).password;
  await expect(opening).rejects.not.toThrow(password);
});

test("a port where nobody answers is unavailable, also one where somebody else does", async () => {
  const stranger = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n").resume());
  stranger.listen(0, "127.0.0.1");
  await once(stranger, "listening");
  const address = stranger.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const opening = openPostgresStore({ url: `postgres://user@127.0.0.1:${port}/db` });
  await expect(opening).rejects.toEqual(withCode("store.unavailable"));
  stranger.close();
  await once(stranger, "close");
  const again = openPostgresStore({ url: `postgres://user@127.0.0.1:${port}/db` });
  await expect(again).rejects.toEqual(withCode("store.unavailable"));
});

test.each([
  { what: "another program's tables", code: "store.corrupt", make: "CREATE TABLE bookmark (url TEXT)" },
  {
    what: "another program's versions",
    code: "store.corrupt",
    make: "CREATE TABLE schema_version (id INT, name TEXT)",
  },
  {
    what: "a newer store",
    code: "store.newer",
    make: "CREATE TABLE schema_version (version BIGINT); INSERT INTO schema_version VALUES (999)",
  },
])("a schema with $what is refused with $code", async ({ code, make }) => {
  const schema = newSchema();
  await server.run(`CREATE SCHEMA "${schema}"; SET search_path = "${schema}"; ${make}`);
  const opening = openPostgresStore({ url: server.url, schema });
  await expect(opening).rejects.toEqual(withCode(code));
  await expect(opening).rejects.toThrow(schema);
});

test("a schema's name that would need quoting is refused", async () => {
  const opening = openPostgresStore({ url: server.url, schema: 'a"; DROP SCHEMA public' });
  await expect(opening).rejects.toEqual(withCode("store.bad_text"));
});

test("a user who may not make schemas is told so, and uses one that is there", async () => {
  const schema = newSchema();
  const name = schema.replaceAll("-", "_");
  await server.run(`CREATE USER ${name} PASSWORD 'secret'`);
  const url = server.url.replace(/\/\/[^@]+@/, `//${name}:secret@`);
  await expect(openPostgresStore({ url, schema })).rejects.toEqual(withCode("store.unavailable"));
  await server.run(`CREATE SCHEMA "${schema}" AUTHORIZATION ${name}`);
  const store = await open({ url, schema });
  expect(await store.append(runId(), [said("a")], 0)).toBe(1);
});

test("without the driver the message says what to install", async () => {
  const loading = loadDriver(() => Promise.reject(new Error("Cannot find package 'pg'")));
  await expect(loading).rejects.toEqual(withCode("store.unavailable"));
  await expect(loading).rejects.toThrow("npm install pg");
});

test("stores that open a new place at once agree on it, and leave no connection when they close", async () => {
  const schema = newSchema();
  const opened = await Promise.all([1, 2, 3, 4].map(() => open({ schema })));
  await Promise.all(opened.map((store) => store.append(runId(), [said("a")], 0)));
  expect(await server.run(`SELECT count(*)::int AS logs FROM "${schema}".run_log`)).toEqual([{ logs: 4 }]);
  await Promise.all(stores.splice(0).map((store) => store[Symbol.asyncDispose]()));
  const left = await server.run("SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'aegis'");
  expect(left).toEqual([{ count: 0 }]);
});

test.each([
  { what: "ends although its store is open, but not before its appends are durable", more: "", says: "durable 1\n" },
  {
    what: "sees its store closed",
    more: "await appended; await store[Symbol.asyncDispose](); console.log('closed');",
    says: "durable 1\nclosed\n",
  },
])("a process that is done $what", async ({ more, says }) => {
  const code = `import { openPostgresStore } from ${JSON.stringify(new URL("./open-postgres-store.ts", import.meta.url))};
    const store = await openPostgresStore(${JSON.stringify({ url: server.url, schema: newSchema() })});
    const appended = store.append("run", [{ type: "message.sent", content: "", atMs: 1, witness: "runtime" }], 0)
      .then((seq) => console.log("durable", seq));
    ${more}`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(child, "close");
  let text = "";
  for await (const chunk of child.stdout) text += String(chunk);
  expect({ exitCode: (await closed)[0], text }).toEqual({ exitCode: 0, text: says });
});

test("a store hears of another's appends, and of its own with the events, once", async () => {
  const schema = newSchema();
  const [ours, theirs] = [await open({ schema }), await open({ schema })];
  const id = runId();
  const heard: [number, readonly RunEvent[] | undefined][] = [];
  ours.onAppend(id, (nextSeq, events) => heard.push([nextSeq, events]));
  await ours.append(id, [said("own")], 0);
  await theirs.append(id, [said("foreign"), said("too")], 1);
  await vi.waitFor(() => expect(heard.length).toBe(2));
  await theirs.append(runId(), [said("of another run")], 0);
  await ours.append(id, [said("own again")], 3);
  await ours.flush();
  expect(heard).toEqual([
    [1, [{ ...said("own"), seq: 0 }]],
    [3, undefined],
    [4, [{ ...said("own again"), seq: 3 }]],
  ]);
  expect((await ours.read(id)).length).toBe(4);
});

test("a listening connection that was cut is made again, and what was missed is told", async () => {
  const schema = newSchema();
  const [ours, theirs] = [await open({ schema }), await open({ schema })];
  const id = runId();
  const heard: number[] = [];
  ours.onAppend(id, (nextSeq) => heard.push(nextSeq));
  await cutConnections("listening");
  await theirs.append(id, [said("perhaps missed")], 0);
  await vi.waitFor(() => expect(heard).toContain(1), { timeout: 10_000 });
  heard.length = 0;
  await vi.waitFor(
    async () => {
      const { length } = await theirs.read(id);
      await theirs.append(id, [said("heard")], length);
      expect(heard.length).toBeGreaterThan(0);
    },
    { timeout: 10_000 },
  );
});

test("a worker's lock ends with its store, outlives a cut connection, and is had once", async () => {
  const schema = newSchema();
  const [ours, theirs] = [await open({ schema }), await open({ schema })];
  const elsewhere = await open();
  const release = await ours.holdWorker("worker");
  await expect(theirs.holdWorker("worker")).rejects.toEqual(withCode("store.locked"));
  await expect(ours.holdWorker("worker")).rejects.toEqual(withCode("store.locked"));
  expect(await theirs.isWorkerHeld("worker")).toBe(true);
  expect(await theirs.isWorkerHeld("other")).toBe(false);
  expect(await elsewhere.isWorkerHeld("worker")).toBe(false);
  await cutConnections("all");
  // All lost their connections: for a while nobody can be taken for dead.
  expect(await theirs.isWorkerHeld("worker")).toBe(true);
  expect(await theirs.isWorkerHeld("other")).toBe(true);
  for (const store of [ours, theirs]) {
    await vi.waitFor(async () => expect(await store.isWorkerHeld("other")).toBe(false), { timeout: 20_000 });
  }
  expect(await theirs.isWorkerHeld("worker")).toBe(true);
  await release();
  expect(await theirs.isWorkerHeld("worker")).toBe(false);
  await theirs.holdWorker("worker");
  await theirs[Symbol.asyncDispose]();
  expect(await ours.isWorkerHeld("worker")).toBe(false);
});

test.each([
  { change: "body = 'not json'", code: "store.corrupt" },
  { change: "type = 'dream.dreamt'", code: "store.newer" },
])("an event with $change is refused with $code", async ({ change, code }) => {
  const schema = newSchema();
  const store = await open({ schema });
  await store.append("run" as Id<"run">, [said("a"), said("b")], 0);
  await server.run(`UPDATE "${schema}".run_log SET ${change} WHERE seq = 1`);
  await expect(store.read("run" as Id<"run">)).rejects.toEqual(withCode(code));
  await expect(store.read("run" as Id<"run">)).rejects.toThrow(schema);
});

test("what cannot be written fails alone; a database that takes no writes is unavailable, and read all the same", async () => {
  const schema = newSchema();
  const store = await open({ schema });
  const [good, bad] = [runId(), runId()];
  await store.append(good, [said("before")], 0);
  await server.run(`ALTER TABLE "${schema}".run_log ADD CONSTRAINT full_disk CHECK (run_id <> '${bad}')`);
  const outcomes = await Promise.allSettled([
    store.append(bad, [said("a")], 0),
    store.append(good, [said("b")], 1),
    store.append(bad, [said("c")], 1),
  ]);
  expect(outcomes).toMatchObject([
    { status: "rejected", reason: { code: "store.unavailable" } },
    { status: "fulfilled", value: 2 },
    { status: "rejected", reason: { code: "log.conflict" } },
  ]);
  await server.run("ALTER DATABASE postgres SET default_transaction_read_only = on");
  await cutConnections("all");
  await expect(store.append(good, [said("c")], 2)).rejects.toEqual(withCode("store.unavailable"));
  expect((await store.read(good)).length).toBe(2);
  await server.run("BEGIN READ WRITE; ALTER DATABASE postgres RESET default_transaction_read_only; COMMIT");
  await cutConnections("all");
  expect(await store.append(good, [said("c")], 2)).toBe(3);
});

test("a table that got a column while stores are open is read and written on", async () => {
  const schema = newSchema();
  const store = await open({ schema });
  const runOf = (key: string) => ({
    id: runId(),
    sessionId: session.id,
    ownerId: "ada",
    agent: "support",
    version: "1",
    input: { message: "hello" },
    idempotencyKey: key,
    metadata: {},
    createdAtMs: 1,
  });
  const session = {
    id: makeId<"session">(),
    agent: "support",
    ownerId: "ada",
    state: {},
    metadata: {},
    createdAtMs: 1,
  };
  await store.createSession({ ...session, closedAtMs: null });
  const first = await store.createRun(runOf("first"));
  expect(await store.findRun(first.run.id)).toEqual(first.run);
  await server.run(`ALTER TABLE "${schema}".run ADD COLUMN of_a_newer_version TEXT`);
  expect(await store.findRun(first.run.id)).toEqual(first.run);
  expect((await store.createRun(runOf("second"))).isNew).toBe(true);
  expect(await store.createRun(runOf("first"))).toEqual({ run: first.run, isNew: false });
});

test("a table that another program locks is locked, not unavailable", async () => {
  const schema = newSchema();
  const store = await open({ schema, patienceMs: 300 });
  const locking = server.run(`BEGIN; LOCK TABLE "${schema}".run_log; SELECT pg_sleep(3); COMMIT`);
  await vi.waitFor(async () => {
    const locks = await server.run("SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted");
    expect(locks.length).toBeGreaterThan(0);
  });
  await expect(store.append(runId(), [said("a")], 0)).rejects.toEqual(withCode("store.locked"));
  await locking;
  expect(await store.append(runId(), [said("a")], 0)).toBe(1);
});
