import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import type { VersionRoute, WorkerRecord } from "../../domain/index.ts";
import type { Store } from "../../store/index.ts";
import { HOSTILE_TEXTS, SIMILAR_IDS } from "../sample-runtime-records.ts";
import type { OpenStore } from "../store-conformance.ts";
import { newPlace, withCode } from "./place.ts";

export function describeDeployment(openAt: OpenStore, sourceOpening: (place: string) => string): void {
  describeWorkers(openAt);
  describeRoutes(openAt);
  describeLocks(openAt);

  test("the lock of a process that is killed is free; its neighbour's is not", async () => {
    const place = newPlace();
    const store = await openAt(place);
    const child = spawn(
      process.execPath,
      [
        "--input-type=module-typescript",
        "-e",
        `${sourceOpening(place)}
        await store.holdWorker("killed");
        setInterval(() => {}, 1_000);
        process.stdout.write("held");`,
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const exited = once(child, "exit");
    try {
      await once(child.stdout, "data");
      const release = await store.holdWorker("own");
      expect([await store.isWorkerHeld("killed"), await store.isWorkerHeld("own")]).toEqual([true, true]);
      await expect(store.holdWorker("killed")).rejects.toEqual(withCode("store.locked"));
      child.kill("SIGKILL");
      await exited;
      await expect.poll(() => store.isWorkerHeld("killed"), { timeout: 20_000 }).toBe(false);
      expect(await store.isWorkerHeld("own")).toBe(true);
      const next = await store.holdWorker("killed");
      expect(await store.isWorkerHeld("killed")).toBe(true);
      await Promise.all([next(), release()]);
    } finally {
      child.kill("SIGKILL");
      await exited;
    }
  });
}

function describeWorkers(openAt: OpenStore): void {
  const worker = (id: string, more: Partial<WorkerRecord> = {}): WorkerRecord => ({
    id,
    offers: [{ agent: "a", version: "1" }],
    state: "live",
    startedAtMs: 5.5,
    ...more,
  });

  test("workers come in order of start, as they were last written, until they are removed", async () => {
    const store = await openAt(newPlace());
    for (const id of SIMILAR_IDS) await store.saveWorker(worker(id));
    await store.saveWorker(worker("first", { startedAtMs: 1 }));
    const draining = worker("a", { state: "draining", offers: [], startedAtMs: 0.5 });
    await store.saveWorker(draining);
    await store.removeWorker("A");
    await store.removeWorker("nobody");
    const workers = await store.listWorkers();
    expect(workers.slice(0, 2)).toEqual([draining, worker("first", { startedAtMs: 1 })]);
    const rest = SIMILAR_IDS.filter((id) => id !== "a" && id !== "A");
    expect(workers.slice(2).map(({ id }) => id)).toEqual(rest.toSorted(byBytes));
  });

  test.each(HOSTILE_TEXTS)("a worker and a route with %j in every text come back as they were", async (text) => {
    const store = await openAt(newPlace());
    const given = worker(text, { offers: [{ agent: text, version: text }] });
    await store.saveWorker(given);
    expect(await store.listWorkers()).toEqual([given]);
    const route = { agent: text, version: text, weight: 0.5, updatedAtMs: 1.5 };
    await store.setRoutes(text, [route]);
    expect(await store.listRoutes(text)).toEqual([route]);
    const release = await store.holdWorker(text);
    expect(await store.isWorkerHeld(text)).toBe(true);
    await release();
    expect(await store.isWorkerHeld(text)).toBe(false);
  });
}

function describeRoutes(openAt: OpenStore): void {
  const route = (agent: string, version: string, weight = 1): VersionRoute => ({
    agent,
    version,
    weight,
    updatedAtMs: 7.5,
  });

  test("routes of an agent are replaced whole, those of others stay; in order of agent and version", async () => {
    const store = await openAt(newPlace());
    expect(await store.listRoutes()).toEqual([]);
    await store.setRoutes("b", [route("b", "2"), route("b", "10", 0)]);
    await store.setRoutes("a", [route("a", "1", 90), route("a", "2", 10)]);
    await store.setRoutes("A", [route("A", "1")]);
    await store.setRoutes("a", [route("a", "2", 100)]);
    expect(await store.listRoutes("a")).toEqual([route("a", "2", 100)]);
    const all = [route("A", "1"), route("a", "2", 100), route("b", "10", 0), route("b", "2")];
    expect(await store.listRoutes()).toEqual(all);
    await store.setRoutes("a", []);
    expect(await store.listRoutes("a")).toEqual([]);
    expect((await store.listRoutes()).length).toBe(3);
  });

  test("routes that two stores set at once are one's or the other's, never a mixture", async () => {
    const place = newPlace();
    const stores = [await openAt(place), await openAt(place)];
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(
        stores.map((store, index) => store.setRoutes("a", [route("a", "1", index), route("a", "2", index)])),
      );
      const weights = (await (stores[0] as Store).listRoutes("a")).map(({ weight }) => weight);
      expect([
        [0, 0],
        [1, 1],
      ]).toContainEqual(weights);
    }
  });
}

function describeLocks(openAt: OpenStore): void {
  test("a lock is held once, seen by every store of the place, and free when it is released", async () => {
    const place = newPlace();
    const [one, two, elsewhere] = [await openAt(place), await openAt(place), await openAt(newPlace())];
    const release = await one.holdWorker("w");
    for (const store of [one, two]) {
      expect(await store.isWorkerHeld("w")).toBe(true);
      expect(await store.isWorkerHeld("W")).toBe(false);
      await expect(store.holdWorker("w")).rejects.toEqual(withCode("store.locked"));
    }
    expect(await elsewhere.isWorkerHeld("w")).toBe(false);
    await release();
    await release();
    for (const store of [one, two]) expect(await store.isWorkerHeld("w")).toBe(false);
    const next = await two.holdWorker("w");
    await release();
    expect(await one.isWorkerHeld("w")).toBe(true);
    await next();
  });

  test("of several that want a lock at once, one gets it", async () => {
    const place = newPlace();
    const stores = [await openAt(place), await openAt(place)];
    for (let round = 0; round < 5; round += 1) {
      const outcomes = await Promise.allSettled([...stores, ...stores].map((store) => store.holdWorker("w")));
      const winners = outcomes.filter((outcome) => outcome.status === "fulfilled");
      expect(winners.length).toBe(1);
      await winners[0]?.value();
    }
  });

  test("a closed store holds nothing any more", async () => {
    const place = newPlace();
    const [one, two] = [await openAt(place), await openAt(place)];
    await one.holdWorker("w");
    await one[Symbol.asyncDispose]();
    expect(await two.isWorkerHeld("w")).toBe(false);
  });
}

function byBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
