import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test, vi } from "vitest";
import type { NewEvent } from "../../../domain/index.ts";
import { idMaker, systemClock } from "../../../kernel/index.ts";
import { Checkpoints } from "./checkpoints.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

const folder = mkdtempSync(join(tmpdir(), "aegis-checkpoints-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const makeId = idMaker(systemClock, Math.random);
const said: NewEvent = { type: "message.sent", content: "x".repeat(300), atMs: 1, witness: "runtime" };
const RUNS = 1_000;
/** Fewer pages than after which the writing thread would carry them over by itself. */
const ROUNDS_MAX = 20;

test("the write-ahead log begins anew while writing goes on, and is gone when the store is closed", async () => {
  const path = join(folder, "store.db");
  const runs = Array.from({ length: RUNS }, () => makeId<"run">());
  const store = await openSqliteStore({ path });
  // One run's events never share a commit: each is a page of the write-ahead log.
  let rounds = 0;
  const round = async () => Promise.all(runs.map(async (runId) => store.append(runId, [said], rounds)));
  await round();
  rounds += 1;
  const first = checkpointsOf(path);
  for (; rounds < ROUNDS_MAX && checkpointsOf(path) === first; rounds += 1) await Promise.all([round(), sleep(10)]);
  const last = checkpointsOf(path);
  await store[Symbol.asyncDispose]();
  expect(last).toBeGreaterThan(first);
  expect(existsSync(`${path}-wal`)).toBe(false);
  await using again = await openSqliteStore({ path, readOnly: true });
  const counts = await Promise.all(runs.map(async (runId) => (await again.read(runId)).length));
  expect(new Set(counts)).toEqual(new Set([rounds]));
});

test("a write-ahead log that cannot be carried over stops nobody", async () => {
  const path = join(folder, "refused.db");
  await using store = await openSqliteStore({ path });
  await store.append(makeId<"run">(), [said], 0);
  // Every statement of it fails, as on a disk that takes nothing.
  const db = new DatabaseSync(path);
  db.close();
  const exec = vi.spyOn(db, "exec");
  const settings = { path, synchronous: "normal", isReadOnly: false, busyTimeoutMs: 0, eventsPerCommitMax: 1 } as const;
  const checkpoints = new Checkpoints(db, settings);
  checkpoints.wrote(8_000);
  // Until the second thread has answered; Vitest ends it otherwise.
  for (; exec.mock.calls.length === 0; checkpoints.wrote(1)) await sleep(5);
  expect(exec.mock.results).toEqual([expect.objectContaining({ type: "throw" })]);
  await checkpoints.close();
});

/** How often the write-ahead log has begun anew: its header, bytes 12 to 15 (https://www.sqlite.org/fileformat2.html). */
function checkpointsOf(path: string): number {
  return readFileSync(`${path}-wal`).readUInt32BE(12);
}
