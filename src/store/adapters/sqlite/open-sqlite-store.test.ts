import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, afterEach, expect, test } from "vitest";
import type { NewEvent } from "../../../domain/index.ts";
import { type Id, idMaker, systemClock } from "../../../kernel/index.ts";
import type { Store } from "../../store.ts";
import { openSqliteStore, type SqliteStoreOptions } from "./open-sqlite-store.ts";
import { WorkerLink } from "./worker-link.ts";

const folder = mkdtempSync(join(tmpdir(), "aegis-open-store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const stores: Store[] = [];
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store[Symbol.asyncDispose]()));
});
const makeId = idMaker(systemClock, Math.random);
const newPath = () => join(folder, makeId(), "deeper", "store.db");
const open = async (options: SqliteStoreOptions) => {
  const store = await openSqliteStore(options);
  stores.push(store);
  return store;
};
const said = (content: string): NewEvent => ({ type: "message.sent", content, atMs: 1, witness: "runtime" });
const withCode = (code: string) => expect.objectContaining({ code });

/** Runs TypeScript in a process of its own, under a shell that may set limits first. */
function runChild(code: string, { shell = "" } = {}) {
  const opening = `import { openSqliteStore } from ${JSON.stringify(new URL("./open-sqlite-store.ts", import.meta.url))};`;
  const command = `${shell} exec "$0" --input-type=module-typescript -e "$1"`;
  return spawn("sh", ["-c", command, process.execPath, opening + code], { stdio: ["ignore", "pipe", "inherit"] });
}

async function outputOf(child: ReturnType<typeof runChild>): Promise<{ exitCode: number | null; text: string }> {
  const closed = once(child, "close");
  let text = "";
  for await (const chunk of child.stdout) text += String(chunk);
  return { exitCode: (await closed)[0] as number | null, text };
}

async function makeStore(path: string, events = 3): Promise<Id<"run">> {
  const runId = makeId<"run">();
  const store = await openSqliteStore({ path });
  await store.append(
    runId,
    Array.from({ length: events }, () => said("x".repeat(1_000))),
    0,
  );
  await store[Symbol.asyncDispose]();
  return runId;
}

test.each([
  {
    what: "text",
    code: "store.corrupt",
    spoil: (path: string) => writeFileSync(path, "this is no database, and long enough to be looked at\n".repeat(100)),
  },
  {
    what: "another program's database",
    code: "store.corrupt",
    spoil: (path: string) => new DatabaseSync(path).exec("CREATE TABLE bookmark (url TEXT)"),
  },
  {
    what: "a newer store",
    code: "store.newer",
    spoil: (path: string) =>
      new DatabaseSync(path).exec(
        "CREATE TABLE schema_version (version INTEGER); INSERT INTO schema_version VALUES (999)",
      ),
  },
  { what: "a folder", code: "store.unavailable", spoil: (path: string) => mkdirSync(path) },
])("$what is refused with $code, and the message names it", async ({ code, spoil }) => {
  const path = newPath();
  mkdirSync(dirname(path), { recursive: true });
  spoil(path);
  const opening = openSqliteStore({ path });
  await expect(opening).rejects.toEqual(withCode(code));
  await expect(opening).rejects.toThrow(path);
});

test.each([
  { where: "under a file", place: async (path: string) => (await makeStore(path), join(path, "store.db")) },
  { where: "in a file system that takes no folders", place: async () => "/proc/aegis/store.db" },
])("a store $where is unavailable", async ({ place }) => {
  await expect(openSqliteStore({ path: await place(newPath()) })).rejects.toEqual(withCode("store.unavailable"));
});

test.each([
  { damage: "cut off", spoil: (path: string) => truncateSync(path, 8_192) },
  {
    damage: "overwritten",
    spoil: (path: string) => {
      const bytes = readFileSync(path);
      bytes.fill(0xa5, 4_096);
      writeFileSync(path, bytes);
    },
  },
])("a store whose file was $damage is corrupt, at the latest when it is read", async ({ spoil }) => {
  const path = newPath();
  const runId = await makeStore(path, 200);
  spoil(path);
  const readAll = async () => {
    const store = await open({ path });
    return await store.read(runId);
  };
  await expect(readAll()).rejects.toEqual(withCode("store.corrupt"));
});

test.each([
  { change: "body = 'not json'", code: "store.corrupt" },
  { change: "body = '[]'", code: "store.corrupt" },
  { change: "witness = 'nobody'", code: "store.corrupt" },
  { change: "type = 'dream.dreamt'", code: "store.newer" },
])("an event with $change is refused with $code", async ({ change, code }) => {
  const path = newPath();
  const runId = await makeStore(path);
  new DatabaseSync(path).exec(`UPDATE run_log SET ${change} WHERE seq = 1`);
  const store = await open({ path });
  const reading = store.read(runId);
  await expect(reading).rejects.toEqual(withCode(code));
  await expect(reading).rejects.toThrow(path);
});

test("read-only: reads, refuses to write, and makes no file", async () => {
  const path = newPath();
  await expect(openSqliteStore({ path, readOnly: true })).rejects.toEqual(withCode("store.unavailable"));
  const runId = await makeStore(path);
  const store = await open({ path, readOnly: true });
  expect((await store.read(runId)).length).toBe(3);
  await expect(store.append(runId, [said("more")], 3)).rejects.toEqual(withCode("store.unavailable"));
});

test("while another process writes: locked for writing, open for reading, and fine again afterwards", async () => {
  const path = newPath();
  const runId = await makeStore(path);
  const store = await open({ path, busyTimeoutMs: 50 });
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  const [append, read] = await Promise.allSettled([store.append(runId, [said("more")], 3), store.read(runId)]);
  expect(append).toMatchObject({ status: "rejected", reason: { code: "store.locked" } });
  expect(read).toMatchObject({ status: "fulfilled", value: { length: 3 } });
  other.close();
  expect(await store.append(runId, [said("more")], 3)).toBe(4);
});

test("a full disk refuses what does not fit, whole; what was acknowledged stays", async () => {
  const path = newPath();
  // The shell's limit on the size of a file, in units of 512 bytes or 1 KiB, stands for the end of the disk.
  const child = runChild(
    `const store = await openSqliteStore({ path: ${JSON.stringify(path)} });
     const event = { type: "message.sent", content: "x".repeat(10_000), atMs: 1, witness: "runtime" };
     let seq = 0;
     try { for (;;) seq = await store.append("run", [event, event], seq); }
     catch (error) { console.log(JSON.stringify({ code: error.code, seq })); process.exit(0); }`,
    { shell: "ulimit -f 1000;" },
  );
  const { text } = await outputOf(child);
  const { code, seq } = JSON.parse(text) as { code: string; seq: number };
  expect(code).toBe("store.unavailable");
  expect(seq).toBeGreaterThan(0);
  const store = await open({ path });
  expect((await store.read("run" as Id<"run">)).length).toBe(seq);
});

test("processes that open a new store at once agree on it", async () => {
  const path = newPath();
  const code = `const store = await openSqliteStore({ path: ${JSON.stringify(path)} });
    await store.append(String(process.pid), [{ type: "message.sent", content: "", atMs: 1, witness: "runtime" }], 0);`;
  const children = await Promise.all([1, 2, 3].map(() => outputOf(runChild(code))));
  expect(children.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
  const db = new DatabaseSync(path);
  expect(db.prepare("SELECT count(*) AS count FROM run_log").get()).toEqual({ count: 3 });
  const versions = db.prepare("SELECT version FROM schema_version ORDER BY version").all();
  expect(versions.length).toBeGreaterThan(1);
  expect(versions).toEqual(versions.map((_, index) => ({ version: index + 1 })));
  db.close();
});

test("a process that is done ends although its store is open, but not before its appends are durable", async () => {
  const path = newPath();
  const code = `const store = await openSqliteStore({ path: ${JSON.stringify(path)} });
    void store.append("run", [{ type: "message.sent", content: "", atMs: 1, witness: "runtime" }], 0)
      .then((seq) => console.log("durable", seq));`;
  expect(await outputOf(runChild(code))).toEqual({ exitCode: 0, text: "durable 1\n" });
});

test("when the worker dies, what waits and what comes later is refused", async () => {
  const settings = { isReadOnly: false, synchronous: "full", busyTimeoutMs: 50, eventsPerCommitMax: 100 } as const;
  const link = new WorkerLink({ path: ":memory:", ...settings });
  await link.opened();
  const waiting = link.call("flush", null);
  const [outcome] = await Promise.allSettled([waiting, link.terminate()]);
  expect(outcome).toMatchObject({ status: "rejected", reason: { code: "store.unavailable" } });
  await expect(link.call("flush", null)).rejects.toEqual(withCode("store.unavailable"));
  await link.close();
});

test("a process killed at any moment has lost nothing it was told is durable, and left no part of a batch", async () => {
  const path = newPath();
  const writing = `const store = await openSqliteStore({ path: ${JSON.stringify(path)} });
    const content = "x".repeat(200);
    await Promise.all(Array.from({ length: 20 }, async (_, writer) => {
      const runId = process.pid + "-" + writer;
      for (let seq = 0; ; ) {
        const batch = Array.from({ length: 7 }, () => ({ type: "message.sent", content, atMs: 1, witness: "runtime" }));
        seq = await store.append(runId, batch, seq);
        process.stdout.write(runId + " " + seq + "\\n");
      }
    }));`;
  for (let round = 0; round < 10; round += 1) {
    const child = runChild(writing);
    const output = outputOf(child);
    await once(child.stdout, "data");
    // Now and then long enough for the write-ahead log to be carried over meanwhile.
    const killAfterMs = Math.random() * (round % 4 === 3 ? 800 : 60);
    setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    const acknowledged = new Map<string, number>();
    for (const line of (await output).text.split("\n").slice(0, -1)) {
      const [runId = "", seq = ""] = line.split(" ");
      acknowledged.set(runId, Number(seq));
    }
    expect(acknowledged.size).toBeGreaterThan(0);
    const store = await open({ path });
    for (const [runId, durableSeq] of acknowledged) {
      const events = await store.read(runId as Id<"run">);
      expect(events.length).toBeGreaterThanOrEqual(durableSeq);
      expect(events.length % 7).toBe(0);
      expect(events.every(({ seq }, index) => seq === index)).toBe(true);
    }
  }
});
