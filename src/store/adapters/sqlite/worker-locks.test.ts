import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { SqliteWorkerLocks } from "./worker-locks.ts";

const folder = mkdtempSync(join(tmpdir(), "aegis-worker-locks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const kills: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const kill of kills.splice(0)) await kill();
});
let places = 0;
const newPath = () => join(folder, `${(places += 1)}.db`);
const filesOf = (path: string) => readdirSync(`${path}.workers`).filter((name) => name !== "guard.db");

/** A process that holds these locks until it is killed. */
async function holdElsewhere(path: string, ids: readonly string[]) {
  const code = `import { SqliteWorkerLocks } from ${JSON.stringify(new URL("./worker-locks.ts", import.meta.url))};
    const locks = new SqliteWorkerLocks(${JSON.stringify(path)});
    for (const id of ${JSON.stringify(ids)}) await locks.holdWorker(id);
    setInterval(() => {}, 1_000);
    process.stdout.write("held");`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const kill = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  kills.push(kill);
  await once(child.stdout, "data");
  return kill;
}

test("files of released and of dead workers are removed, those of living ones stay", async () => {
  const path = newPath();
  const kill = await holdElsewhere(path, ["dead", "gone"]);
  const locks = new SqliteWorkerLocks(path);
  const [release] = [await locks.holdWorker("released"), await locks.holdWorker("kept")];
  expect(filesOf(path).length).toBe(4);
  await release();
  await kill();
  expect(await locks.isWorkerHeld("dead")).toBe(false);
  expect(filesOf(path).length).toBe(2);
  const next = await locks.holdWorker("gone");
  expect([await locks.isWorkerHeld("gone"), await locks.isWorkerHeld("kept")]).toEqual([true, true]);
  await next();
  await locks[Symbol.asyncDispose]();
  expect(filesOf(path)).toEqual([]);
});

test("whoever only looks makes no file, and looking harms no lock, in this process or another", async () => {
  const path = newPath();
  const [one, two] = [new SqliteWorkerLocks(path), new SqliteWorkerLocks(path)];
  expect(await one.isWorkerHeld("w")).toBe(false);
  expect(existsSync(`${path}.workers`)).toBe(false);
  const kill = await holdElsewhere(path, ["elsewhere"]);
  await one.holdWorker("w");
  for (let round = 0; round < 20; round += 1) {
    for (const locks of [one, two]) {
      expect([await locks.isWorkerHeld("w"), await locks.isWorkerHeld("elsewhere")]).toEqual([true, true]);
    }
  }
  const another = await holdElsewhere(path, []);
  await expect(two.holdWorker("w")).rejects.toMatchObject({ code: "store.locked" });
  await Promise.all([kill(), another(), one[Symbol.asyncDispose]()]);
});

test("a store in memory has the workers of its own process, and makes no file", async () => {
  const [one, other] = [new SqliteWorkerLocks(":memory:"), new SqliteWorkerLocks(":memory:")];
  const release = await one.holdWorker("w");
  await expect(one.holdWorker("w")).rejects.toMatchObject({ code: "store.locked" });
  expect([await one.isWorkerHeld("w"), await other.isWorkerHeld("w")]).toEqual([true, false]);
  await release();
  expect(await one.isWorkerHeld("w")).toBe(false);
  expect(existsSync(":memory:.workers")).toBe(false);
});

test("a folder that cannot be made is a store that cannot be used; one that was removed is let go of", async () => {
  const path = newPath();
  writeFileSync(`${path}.workers`, "a file in the way");
  await expect(new SqliteWorkerLocks(path).holdWorker("w")).rejects.toMatchObject({ code: "store.unavailable" });
  const removed = newPath();
  const release = await new SqliteWorkerLocks(removed).holdWorker("w");
  rmSync(`${removed}.workers`, { recursive: true });
  await release();
  expect(existsSync(`${removed}.workers`)).toBe(false);
});
