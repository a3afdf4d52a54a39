import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { RunEvent } from "../domain/index.ts";
import { fixedClock, type Id, idMaker, systemClock } from "../kernel/index.ts";
import { openSqliteStore } from "../store/adapters/sqlite/open-sqlite-store.ts";
import type { LogStore } from "../store/index.ts";
import { type LogEntry, openRunLog } from "./run-log.ts";
import { tailLog } from "./tail-log.ts";

const folder = mkdtempSync(join(tmpdir(), "aegis-tail-"));
const path = join(folder, "store.db");
const store = await openSqliteStore({ path });
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});
const makeId = idMaker(systemClock, Math.random);
const newLog = (runId: Id<"run"> = makeId()) => openRunLog({ store, runId, clock: fixedClock(0) });
const said = (content: string): LogEntry => ({ type: "message.sent", content, witness: "runtime" });
const ended: LogEntry = { type: "run.ended", outcome: "answered", durationMs: 1, witness: "runtime" };
const seqs = async (tail: AsyncIterable<RunEvent>) => {
  const seen: number[] = [];
  for await (const { seq } of tail) seen.push(seq);
  return seen;
};
const upTo = (count: number) => Array.from({ length: count }, (_, seq) => seq);

test("a reader gets what there is and what comes, each event once, until the run ends", async () => {
  const log = newLog();
  for (let index = 0; index < 250; index += 1) void log.append(said(String(index)));
  await log.flush();
  const readers = [0, 1, 100, 250].map(async (fromSeq) => ({
    fromSeq,
    seen: await seqs(tailLog({ store, runId: log.runId, fromSeq, pollMs: () => 60_000 })),
  }));
  for (let index = 250; index < 700; index += 1) {
    void log.append(said(String(index)));
    if (index % 50 === 0) await log.flush();
  }
  await log.append(ended);
  for (const { fromSeq, seen } of await Promise.all(readers)) expect(seen).toEqual(upTo(701).slice(fromSeq));
});

test("a reader that comes before the first event waits for it", async () => {
  const log = newLog();
  const seen = seqs(tailLog({ store, runId: log.runId, pollMs: () => 60_000 }));
  await store.flush();
  await log.append(said("first"), ended);
  expect(await seen).toEqual([0, 1]);
});

test("events of another process are found without an announcement", async () => {
  const other = await openSqliteStore({ path });
  const runId = makeId<"run">();
  const seen = seqs(tailLog({ store: other, runId, pollMs: () => 5 }));
  const log = newLog(runId);
  for (let index = 0; index < 20; index += 1) await log.append(said(String(index)));
  await log.append(ended);
  expect(await seen).toEqual(upTo(21));
  await other[Symbol.asyncDispose]();
});

test("a slow reader is served at its own pace: no more than a page is fetched ahead of it", async () => {
  const log = newLog();
  for (let index = 0; index < 1_000; index += 1) void log.append(said(String(index)));
  await log.append(ended);
  let fetched = 0;
  const counting: LogStore = {
    append: (runId, events, expectedSeq) => store.append(runId, events, expectedSeq),
    onAppend: (runId, listener) => store.onAppend(runId, listener),
    async read(runId, page) {
      const events = await store.read(runId, page);
      fetched += events.length;
      return events;
    },
  };
  let seen = 0;
  for await (const _event of tailLog({ store: counting, runId: log.runId })) {
    seen += 1;
    expect(fetched - seen).toBeLessThanOrEqual(100);
  }
  expect(seen).toBe(1_001);
});

test("an abort ends a waiting reader, and one that has not begun", async () => {
  const log = newLog();
  await log.append(said("only"));
  const abort = new AbortController();
  const tail = tailLog({ store, runId: log.runId, signal: abort.signal, pollMs: () => 60_000 });
  expect((await tail.next()).value).toMatchObject({ seq: 0 });
  const waiting = tail.next();
  abort.abort();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(await seqs(tailLog({ store, runId: log.runId, signal: abort.signal }))).toEqual([]);
});

test("behind the end of a finished run there is nothing; behind the end of any log is no offset", async () => {
  const log = newLog();
  await log.append(said("a"), ended);
  expect(await seqs(tailLog({ store, runId: log.runId, fromSeq: 2 }))).toEqual([]);
  await expect(seqs(tailLog({ store, runId: log.runId, fromSeq: 3 }))).rejects.toMatchObject({
    code: "log.bad_offset",
  });
});
