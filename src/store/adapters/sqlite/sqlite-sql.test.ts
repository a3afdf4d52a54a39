import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, afterEach, expect, test } from "vitest";
import { sql } from "../../statement.ts";
import { groupCommit, type GroupCommitOptions } from "./group-commit.ts";
import { MIGRATIONS } from "./migrations.ts";
import type { Input, Request } from "./protocol.ts";
import { prepareStatements } from "./queries/statements.ts";
import { sqliteSql } from "./sqlite-sql.ts";
import { WorkerLink } from "./worker-link.ts";

const folder = mkdtempSync(join(tmpdir(), "aegis-sqlite-sql-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const links: WorkerLink[] = [];
afterEach(async () => {
  await Promise.all(links.splice(0).map((link) => link.close()));
});

let places = 0;
async function open(path = join(folder, `${(places += 1)}.db`)) {
  const link = new WorkerLink({
    path,
    isReadOnly: false,
    synchronous: "normal",
    busyTimeoutMs: 50,
    eventsPerCommitMax: 100,
  });
  links.push(link);
  await link.opened();
  return { path, db: sqliteSql(link) };
}

const addWorker = (id: string) =>
  sql`INSERT INTO worker (id, offers, state, started_at_ms) VALUES (${id}, '[]', 'live', ${1}) RETURNING id`;
const addRun = (id: string, status: string) =>
  sql`INSERT INTO run (id, session_id, owner_id, agent, version, input, status, attempt, metadata, created_at_ms)
    VALUES (${id}, 's', 'o', 'a', '1', '{}', ${status}, 0, '{}', 0)`;
const listWorkers = sql`SELECT id FROM worker ORDER BY id`;
const withCode = (code: string) => expect.objectContaining({ code });

test("what breaks a rule of a table is refused whole, and those beside it are kept", async () => {
  const { db } = await open();
  const outcomes = await Promise.allSettled([
    db.run(addWorker("a")),
    db.run(addWorker("a")),
    db.runTogether([addWorker("b"), addWorker("c")]),
    db.runTogether([addWorker("d"), addWorker("a"), addWorker("e")]),
    db.run(addWorker("f")),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "rejected", "fulfilled"]);
  expect(outcomes[1]).toMatchObject({ reason: { code: "store.unavailable" } });
  expect(await db.run(listWorkers)).toEqual([{ id: "a" }, { id: "b" }, { id: "c" }, { id: "f" }]);
});

test("a refused statement makes nobody's work be done twice", () => {
  const db = new DatabaseSync(":memory:");
  for (const migration of MIGRATIONS) db.exec(migration);
  const carriedOut: string[] = [];
  const prepared = prepareStatements(db);
  const handlers = {
    ...prepared,
    writeStatements(statements: Input<"writeStatements">) {
      carriedOut.push(String(statements.at(-1)?.cells[0]));
      return prepared.writeStatements(statements);
    },
  } as GroupCommitOptions["handlers"];
  const requests: Request[] = [
    [addWorker("a")],
    [addWorker("a")],
    [addWorker("b"), addWorker("a")],
    [addWorker("c")],
  ].map((input) => ({ name: "writeStatements", input }));
  const replies = groupCommit({ db, path: ":memory:", handlers }, requests);
  expect(replies.map((reply) => "value" in reply)).toEqual([true, false, false, true]);
  expect(carriedOut).toEqual(["a", "a", "a", "c"]);
  expect(db.prepare(listWorkers.text).all().length).toBe(2);
});

test("a session has at most one run that is running or paused, whatever a query does", async () => {
  const { db } = await open();
  await db.runTogether([addRun("1", "queued"), addRun("2", "running"), addRun("3", "ended")]);
  for (const status of ["running", "paused"]) {
    await expect(db.run(sql`UPDATE run SET status = ${status} WHERE id = '1'`)).rejects.toEqual(
      withCode("store.unavailable"),
    );
  }
  expect(await db.run(sql`SELECT id FROM run WHERE status = 'queued'`)).toEqual([{ id: "1" }]);
});

test("questions alone are answered while another process writes; a change has to wait", async () => {
  const { path, db } = await open();
  await db.run(addWorker("a"));
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  expect(await db.run(listWorkers)).toEqual([{ id: "a" }]);
  expect(await db.runTogether([listWorkers, listWorkers])).toEqual([[{ id: "a" }], [{ id: "a" }]]);
  await expect(db.run(addWorker("b"))).rejects.toEqual(withCode("store.locked"));
  other.close();
  expect(await db.run(addWorker("b"))).toEqual([{ id: "b" }]);
});

test("more texts than are kept prepared are answered all the same, and parameters keep their places", async () => {
  const { db } = await open();
  const texts = Array.from({ length: 500 }, (_, index) => `SELECT $1 AS first, $2 AS second, ${index} AS third`);
  for (const round of [0, 1]) {
    const rows = await Promise.all(texts.map((text) => db.run({ text, cells: [`x${round}`, null] })));
    expect(rows).toEqual(texts.map((_, third) => [{ first: `x${round}`, second: null, third }]));
  }
});

test("a statement that is none is refused, and leaves its neighbours alone", async () => {
  const { db } = await open();
  const outcomes = await Promise.allSettled([
    db.run(addWorker("a")),
    db.runTogether([addWorker("b"), sql`INSERT INTO nothing VALUES (1)`]),
    db.run(addWorker("c")),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(await db.run(listWorkers)).toEqual([{ id: "a" }, { id: "c" }]);
});
