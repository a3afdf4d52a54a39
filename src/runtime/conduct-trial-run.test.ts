import { afterEach, expect, test, vi } from "vitest";
import type { NewEvent, RunRecord } from "../domain/index.ts";
import { AegisError, systemClock } from "../kernel/index.ts";
import type { Store } from "../store/index.ts";
import { openPlace } from "../testing/open-place.ts";
import { makeId } from "../testing/sample-records.ts";
import { localDispatcher } from "./adapters/local-dispatcher.ts";
import { TRIAL_AGENT, type TrialTaker } from "./conduct-trial-run.ts";
import { tellRun } from "./tell-run.ts";

const places: ReturnType<typeof openPlace>[] = [];
afterEach(async () => {
  for (const place of places.splice(0)) await place.close();
});

const PATIENCE = { timeout: 20_000, interval: 5 };
const VERSION = "7";
const stamp = () => ({ atMs: Date.now(), witness: "runtime" as const });
const read = (valueMs: number): NewEvent => ({ ...stamp(), type: "clock.read", effect: valueMs, valueMs });
const answered = (): NewEvent<"run.ended"> => ({ ...stamp(), type: "run.ended", outcome: "answered", durationMs: 1 });

function newPlace() {
  const place = openPlace();
  places.push(place);
  return place;
}

async function order(store: Store): Promise<RunRecord> {
  const owned = { agent: TRIAL_AGENT, ownerId: "evals", metadata: {}, createdAtMs: Date.now() };
  const sessionId = makeId<"session">();
  await store.createSession({ ...owned, id: sessionId, state: {}, closedAtMs: null });
  const input = { message: "a trial" };
  const asked = { ...owned, id: makeId<"run">(), sessionId, version: VERSION, input, idempotencyKey: null };
  return (await store.createRun(asked)).run;
}

/** A process that takes trials, and what it tells webhooks. */
async function openTaker(conduct: TrialTaker["conduct"], place = newPlace()) {
  const store = await place.openStore();
  const offers = [{ agent: TRIAL_AGENT, version: VERSION }];
  const told: string[] = [];
  await place.open([], {
    store,
    trials: { version: VERSION, conduct },
    onStep: async (event) => void told.push(event),
    openDispatcher: ({ workerId }) => localDispatcher({ store, workerId, offers, clock: systemClock, pollMs: 20 }),
  });
  return { store, told };
}

async function endOf(store: Store, { id }: RunRecord) {
  const run = await vi.waitFor(async () => {
    const found = await store.findRun(id);
    return found?.status === "ended" ? found : expect.fail("it has not ended");
  }, PATIENCE);
  return { run, events: await store.read(id), state: (await store.findSession(run.sessionId))?.state };
}

test("what a trial tells is its run's log, and what it comes to is there with its end", async () => {
  const { store, told } = await openTaker(async ({ run, onEvent }) => {
    onEvent(read(1));
    onEvent(read(2));
    return { end: answered(), result: { of: run.id } };
  });
  const run = await order(store);
  const end = await endOf(store, run);
  expect(end.events.map(({ type, seq }) => [seq, type])).toEqual([
    [0, "clock.read"],
    [1, "clock.read"],
    [2, "run.ended"],
  ]);
  expect(end).toMatchObject({ run: { outcome: "answered", attempt: 1 }, state: { of: run.id } });
  expect(told).toEqual([]);
});

test("a trial that cannot be performed here ends with the reason", async () => {
  const { store } = await openTaker(async () => {
    throw new AegisError("sandbox.unavailable", "no such level");
  });
  const { events, state } = await endOf(store, await order(store));
  expect(events).toEqual([
    expect.objectContaining({ outcome: "failed", error: { name: "sandbox.unavailable", message: "no such level" } }),
  ]);
  expect(state).toEqual({});
});

test("a cancel reaches a trial under way", async () => {
  const { store } = await openTaker(async ({ onEvent, signal }) => {
    onEvent(read(1));
    await new Promise((stopped) => signal.addEventListener("abort", stopped, { once: true }));
    return { end: answered(), result: { isLate: true } };
  });
  const run = await order(store);
  await vi.waitFor(async () => expect(await store.read(run.id)).toHaveLength(1), PATIENCE);
  await tellRun({ store, clock: systemClock, makeId }, { runId: run.id, by: "evals", body: { kind: "cancel" } });
  const end = await endOf(store, run);
  expect(end).toMatchObject({ run: { outcome: "cancelled" }, state: {} });
});

test.each([{ eventsBefore: 0 }, { eventsBefore: 2 }])(
  "a trial that somebody had begun is lost, with $eventsBefore events in its log; a zombie cannot go on with it",
  async ({ eventsBefore }) => {
    const place = newPlace();
    const before = await place.openStore();
    const run = await order(before);
    await before.saveWorker({ id: "dead", offers: [], state: "live", startedAtMs: 1 });
    await before.claimRun({ id: run.id, workerId: "dead", from: ["queued"], atMs: Date.now() });
    const told = Array.from({ length: eventsBefore }, (_, index) => read(index));
    if (eventsBefore > 0) await before.append(run.id, told, 0);
    let count = 0;
    const { store } = await openTaker(async () => {
      count += 1;
      return { end: answered(), result: {} };
    }, place);
    const { events } = await endOf(store, run);
    expect(events.at(-1)).toMatchObject({ type: "run.ended", outcome: "failed", error: { name: "sandbox.lost" } });
    expect(count).toBe(0);
    await expect(before.append(run.id, [read(9)], eventsBefore)).rejects.toMatchObject({ code: "log.conflict" });
  },
);

test("a process of another version, or that takes none, leaves trials alone", async () => {
  const place = newPlace();
  const { runtime, store } = await place.open([{ name: "echo", version: "1", run: ({ message }) => message }]);
  const run = await order(store);
  const session = await runtime.createSession({ agent: "echo", ownerId: "ada" });
  const { run: other } = await runtime.startRun({ sessionId: session.id, message: "hello", by: "ada" });
  await endOf(store, other);
  expect(await store.findRun(run.id)).toMatchObject({ status: "queued", attempt: 0 });
});
