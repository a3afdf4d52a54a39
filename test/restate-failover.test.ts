import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openRestateDispatcher } from "../src/runtime/adapters/restate-dispatcher.ts";
import type { Dispatcher } from "../src/runtime/index.ts";
import { makeId } from "../src/testing/sample-records.ts";
import { type ClusterWorker, PATIENCE, RestateCluster } from "./restate-cluster-kit.ts";

const offer = { agent: `agent-${makeId()}`, version: "1" };
const quick = { agent: offer.agent, version: "1", steps: "3 x 0" };
const slow = { agent: offer.agent, version: "1", steps: "60 x 50" };
const withCode = (code: string) => expect.objectContaining({ code });

let cluster: RestateCluster;
/** Only gives runs to others: it offers nothing itself. */
let door: Dispatcher;
let workers: ClusterWorker[];

beforeEach(async () => {
  cluster = await RestateCluster.start({ workersMax: 5 });
  workers = await cluster.startWorkers(3, [offer]);
  const { ingressUrl } = cluster.restate;
  const open = openRestateDispatcher({ ingressUrl, offers: [], listen: { host: "127.0.0.1", port: 0 } });
  door = await open(async () => ({ kind: "not-taken" }));
});

afterEach(async () => {
  await door.close();
  await cluster[Symbol.asyncDispose]();
});

async function underWay(count: number) {
  const runs = await cluster.accept(count, slow);
  await Promise.all(runs.map((run) => door.dispatch(run)));
  await cluster.stepsMade(runs, 2);
  return runs;
}

async function busiest(runs: Awaited<ReturnType<typeof underWay>>) {
  const loads = await Promise.all(
    workers.map(async (worker) => ({ worker, held: await cluster.heldBy(worker, runs) })),
  );
  const most = loads.toSorted((a, b) => b.held.length - a.held.length)[0] ?? expect.fail("no worker");
  expect(most.held.length).toBeGreaterThan(0);
  return most;
}

/** How long after `sinceMs` each of these runs was at work again. */
async function gapsMs(runs: Awaited<ReturnType<typeof underWay>>, sinceMs: number): Promise<number[]> {
  const logs = await Promise.all(runs.map((run) => cluster.events(run)));
  return logs.map((events) => {
    const next = events.find(({ type, atMs }) => type === "run.resumed" && atMs >= sinceMs);
    return next === undefined ? Number.POSITIVE_INFINITY : next.atMs - sinceMs;
  });
}

test("runs of a worker that is killed go on with the others, and no step is made twice", async ({ annotate }) => {
  const runs = await underWay(9);
  const { worker, held } = await busiest(runs);
  const killedAtMs = Date.now();
  worker.process.kill("SIGKILL");
  await cluster.allEndedWhole(runs);
  for (const run of held) {
    const after = await cluster.store.findRun(run.id);
    expect(after?.attempt).toBeGreaterThan(1);
    expect(after?.workerId).not.toBe(worker.id);
  }
  const gaps = await gapsMs(held, killedAtMs);
  await annotate(`kill -9 to the next worker: ${gaps.join(", ")} ms`);
});

test("runs of a worker that hangs go on with the others; when it wakes it loses them and takes new ones", async ({
  annotate,
}) => {
  const runs = await underWay(9);
  const { worker, held } = await busiest(runs);
  const stoppedAtMs = Date.now();
  worker.process.kill("SIGSTOP");
  await cluster.allEndedWhole(runs);
  const gaps = await gapsMs(held, stoppedAtMs);
  await annotate(`SIGSTOP to the next worker: ${gaps.join(", ")} ms`);
  worker.process.kill("SIGCONT");
  const lost = held.map(({ id }) => ({ runId: id, kind: "not-taken" }));
  await vi.waitFor(() => expect(worker.reports).toEqual(expect.arrayContaining(lost)), PATIENCE);
  await cluster.allEndedWhole(runs);
  for (const other of workers) if (other !== worker) other.process.kill("SIGKILL");
  const more = await cluster.accept(2, quick);
  await Promise.all(more.map((run) => door.dispatch(run)));
  await cluster.allEndedWhole(more);
});

test("runs survive Restate: killed in the middle, it hands them over again when it is back", async ({ annotate }) => {
  const runs = await underWay(6);
  const [waiting = expect.fail("no run")] = await cluster.accept(1, quick);
  await door.dispatch(waiting, Date.now() + 500);
  await cluster.restate.kill();
  const [late = expect.fail("no run")] = await cluster.accept(1, quick);
  await expect(door.dispatch(late)).rejects.toEqual(withCode("dispatch.unavailable"));
  await cluster.restate.start();
  await door.dispatch(late);
  await cluster.allEndedWhole([...runs, waiting, late]);
  const after = await Promise.all(runs.map(({ id }) => cluster.store.findRun(id)));
  await annotate(`${after.filter((run) => run?.attempt === 1).length} of ${runs.length} stayed with their worker`);
});

test("Restate itself notices a worker that hangs, and hands its runs to one at another address", async ({
  annotate,
}) => {
  const alone = { agent: `agent-${makeId()}`, version: "1" };
  const [first = expect.fail("no worker")] = await cluster.startWorkers(1, [alone], true);
  const runs = await cluster.accept(2, { ...alone, steps: slow.steps });
  await Promise.all(runs.map((run) => door.dispatch(run)));
  await cluster.stepsMade(runs, 2);
  const [second = expect.fail("no worker")] = await cluster.startWorkers(1, [alone], true);
  const stoppedAtMs = Date.now();
  first.process.kill("SIGSTOP");
  await cluster.allEndedWhole(runs);
  for (const run of runs) expect((await cluster.store.findRun(run.id))?.workerId).toBe(second.id);
  await annotate(`SIGSTOP to the next worker, by pings alone: ${(await gapsMs(runs, stoppedAtMs)).join(", ")} ms`);
});

test("runs go to workers that have their version, and wait for one that has it", async () => {
  const second = { ...offer, version: "2" };
  const [newer = expect.fail("no worker")] = await cluster.startWorkers(1, [second]);
  const olds = await cluster.accept(4, quick);
  const news = await cluster.accept(4, { ...quick, version: "2" });
  await Promise.all([...olds, ...news].map((run) => door.dispatch(run)));
  await cluster.allEndedWhole([...olds, ...news]);
  for (const run of news) expect(await cluster.store.findRun(run.id)).toMatchObject({ workerId: newer.id });
  for (const run of olds) expect((await cluster.store.findRun(run.id))?.workerId).not.toBe(newer.id);
  const [unknown = expect.fail("no run")] = await cluster.accept(1, { ...quick, version: "3" });
  await expect(door.dispatch(unknown)).rejects.toEqual(withCode("dispatch.unavailable"));
});
