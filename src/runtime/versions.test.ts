import { afterEach, expect, test } from "vitest";
import type { AgentOptions } from "../agent/index.ts";
import type { RunEvent } from "../domain/index.ts";
import { eventsOf, openPlace, runtimeOptions, until } from "../testing/open-place.ts";
import type { OpenDispatcher } from "./dispatch.ts";
import { RunWorker } from "./run-worker.ts";
import { chooseVersion, routesAfterDeploy } from "./choose-version.ts";

const places: ReturnType<typeof openPlace>[] = [];
const newPlace = () => {
  const place = openPlace();
  places.push(place);
  return place;
};
afterEach(async () => {
  for (const place of places.splice(0)) await place.close();
});

/** Says its version, after `ms` of sleep. */
function versioned(version: string, ms = 0): AgentOptions {
  return {
    name: "versioned",
    version,
    run: async ({ context }) => {
      if (ms > 0) await context.boundary.sleep(ms);
      return version;
    },
  };
}

const answerOf = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === "message.sent" ? event.content : [])).join();

test("with two versions side by side, a run finishes on the version it began; new ones go to the new one", async () => {
  const place = newPlace();
  const old = await place.open([versioned("1", 300)], { holdMs: 10_000 });
  const session = await old.runtime.createSession({ agent: "versioned", ownerId: "ada" });
  const before = await old.runtime.startRun({ sessionId: session.id, message: "a", by: "ada" });
  await until(old.runtime, before.run, ({ status }) => status === "running");
  const next = await place.open([versioned("2")]);
  const after = await next.runtime.createSession({ agent: "versioned", ownerId: "ada" });
  // Whichever process takes the message in, the new version answers it.
  const runs = await Promise.all(
    [old, next].map(({ runtime }) => runtime.startRun({ sessionId: after.id, message: "b", by: "ada" })),
  );
  for (const { run } of runs) expect(answerOf(await eventsOf(next.runtime, run))).toBe("2");
  expect(answerOf(await eventsOf(next.runtime, before.run))).toBe("1");
  expect(await old.runtime.drain(5_000)).toBe(0);
});

test("a paused run of a version that is still offered wakes on that version, not on the newer one", async () => {
  const place = newPlace();
  const old = await place.open([versioned("1", 250)], { holdMs: 10 });
  const session = await old.runtime.createSession({ agent: "versioned", ownerId: "ada" });
  const { run } = await old.runtime.startRun({ sessionId: session.id, message: "a", by: "ada" });
  await until(old.runtime, run, ({ status }) => status === "paused");
  const next = await place.open([versioned("2", 250)], { holdMs: 10 });
  expect(answerOf(await eventsOf(next.runtime, run))).toBe("1");
});

test("a run that wakes while its process hands over finishes there, on its version; a new one goes to the next", async () => {
  const place = newPlace();
  const napping: AgentOptions = {
    ...versioned("1"),
    run: async ({ message, context }) => {
      for (const ms of message === "busy" ? [900, 900, 900] : [1_500]) await context.boundary.sleep(ms);
      return "1";
    },
  };
  const old = await place.open([napping], { holdMs: 1_000 });
  const start = async (message: string) => {
    const session = await old.runtime.createSession({ agent: "versioned", ownerId: "ada" });
    return (await old.runtime.startRun({ sessionId: session.id, message, by: "ada" })).run;
  };
  const [busy, asleep] = [await start("busy"), await start("asleep")];
  await until(old.runtime, asleep, ({ status }) => status === "paused");
  const next = await place.open([{ ...versioned("2"), run: () => "2" }], { holdMs: 1_000 });
  const drained = old.runtime.drain(30_000);
  const late = await start("late");
  const answers = await Promise.all([busy, asleep, late].map((run) => eventsOf(next.runtime, run)));
  expect(answers.map(answerOf)).toEqual(["1", "1", "2"]);
  expect(await drained).toBe(0);
});

test.each([
  { status: "queued" as const, state: "live" as const, because: "version" },
  { status: "queued" as const, state: "draining" as const, because: undefined },
  { status: "paused" as const, state: "live" as const, because: "version" },
  { status: "paused" as const, state: "draining" as const, because: "version" },
])("a $status run whose version a $state process has: another version leaves it ($because)", async (row) => {
  const place = newPlace();
  const idle: OpenDispatcher = async () => ({
    activeCount: 0,
    dispatch: async () => {},
    drain: async () => 0,
    close: async () => {},
  });
  const { runtime, store } = await place.open([versioned("1")], { openDispatcher: () => idle });
  const session = await runtime.createSession({ agent: "versioned", ownerId: "ada" });
  const { run } = await runtime.startRun({ sessionId: session.id, message: "a", by: "ada" });
  if (row.status === "paused") {
    await store.claimRun({ id: run.id, workerId: "gone", from: ["queued"], atMs: 0 });
    await store.pauseRun({ id: run.id, workerId: "gone", on: "sleep", wakeAtMs: 0, seenPosition: 0 });
  }
  const [worker] = await store.listWorkers();
  if (worker) await store.saveWorker({ ...worker, state: row.state });
  const next = new RunWorker({ ...runtimeOptions([versioned("2")], { store }), workerId: "next" });
  const went = await next.perform(run.id);
  expect(went).toMatchObject(row.because ? { kind: "not-taken", because: row.because } : { kind: "ended" });
  // A run that nobody had begun carries the name of the version that did it.
  expect((await runtime.run(run.id)).version).toBe(row.because ? "1" : "2");
});

test("a process that hands over says so before it waits for its runs", async () => {
  const place = newPlace();
  const { runtime, store } = await place.open([versioned("1", 300)], { holdMs: 10_000 });
  const session = await runtime.createSession({ agent: "versioned", ownerId: "ada" });
  const { run } = await runtime.startRun({ sessionId: session.id, message: "a", by: "ada" });
  await until(runtime, run, ({ status }) => status === "running");
  const drained = runtime.drain(30_000);
  await expect.poll(async () => (await store.listWorkers()).map(({ state }) => state)).toEqual(["draining"]);
  expect(await drained).toBe(0);
});

test("a rollback sends new runs back; a weight for a version that nobody offers is refused", async () => {
  const place = newPlace();
  const old = await place.open([versioned("1")]);
  const next = await place.open([versioned("2")]);
  const answer = async () => {
    const session = await next.runtime.createSession({ agent: "versioned", ownerId: "ada" });
    const { run } = await next.runtime.startRun({ sessionId: session.id, message: "a", by: "ada" });
    return answerOf(await eventsOf(next.runtime, run));
  };
  expect(await answer()).toBe("2");
  await old.runtime.route("versioned", [{ version: "1", weight: 1 }]);
  expect(await answer()).toBe("1");
  await expect(next.runtime.route("versioned", [{ version: "3", weight: 1 }])).rejects.toMatchObject({
    code: "version.not_offered",
  });
  await expect(next.runtime.route("versioned", [{ version: "1", weight: 0 }])).rejects.toMatchObject({
    code: "version.bad_weights",
  });
});

test("code that can no longer replay a run's log is reported, and the run waits for code that can", async () => {
  const place = newPlace();
  const stepping = (version: string, first: string): AgentOptions => ({
    name: "stepping",
    version,
    run: async ({ context }) => {
      await context.userMemory?.write(first, 1);
      await context.boundary.sleep(100_000);
      return version;
    },
  });
  const old = await place.open([stepping("1", "a")], { holdMs: 10 });
  const session = await old.runtime.createSession({ agent: "stepping", ownerId: "ada" });
  const { run } = await old.runtime.startRun({ sessionId: session.id, message: "go", by: "ada" });
  await until(old.runtime, run, ({ status }) => status === "paused");
  await old.runtime.close();

  const next = await place.open([stepping("2", "b")], { holdMs: 10 });
  const message = await next.runtime.startRun({ sessionId: session.id, message: "now", whenBusy: "steer", by: "ada" });
  expect(message.how).toBe("steered");
  await until(next.runtime, run, ({ pausedOn }) => pausedOn === "version");
  const events = await next.store.read(run.id);
  expect(events.at(-1)).toMatchObject({ type: "run.paused", on: "version", error: { name: "log.journal_mismatch" } });
  await next.runtime.close();

  const back = await place.open([stepping("1", "a")], { holdMs: 10 });
  await until(back.runtime, run, ({ pausedOn }) => pausedOn === "sleep");
  await back.runtime.signal(run.id, { by: "ada", body: { kind: "cancel" } });
  expect((await eventsOf(back.runtime, run)).at(-1)).toMatchObject({ outcome: "cancelled" });
});

test("weights share out sessions, and a session stays where it is", () => {
  const routes = [
    { agent: "a", version: "1", weight: 90, updatedAtMs: 0 },
    { agent: "a", version: "2", weight: 10, updatedAtMs: 0 },
  ];
  const chosen = Array.from({ length: 5_000 }, (_, index) => chooseVersion(routes, `session-${index}`));
  const share = chosen.filter((version) => version === "2").length / chosen.length;
  expect(share).toBeGreaterThan(0.08);
  expect(share).toBeLessThan(0.12);
  expect(chosen).toEqual(Array.from({ length: 5_000 }, (_, index) => chooseVersion(routes, `session-${index}`)));
  expect(chooseVersion([], "any")).toBeUndefined();
});

test.each([
  { why: "the first version of an agent", before: {}, mode: { kind: "join" as const }, after: { "2": 100 } },
  { why: "a replacement", before: { "1": 100 }, mode: { kind: "replace" as const }, after: { "1": 0, "2": 100 } },
  { why: "a canary", before: { "1": 50 }, mode: { kind: "canary" as const, percent: 10 }, after: { "1": 90, "2": 10 } },
  { why: "joining", before: { "1": 100 }, mode: { kind: "join" as const }, after: undefined },
  { why: "the same version again", before: { "2": 100 }, mode: { kind: "replace" as const }, after: undefined },
  {
    why: "the same version again after a rollback",
    before: { "1": 100, "2": 0 },
    mode: { kind: "replace" as const },
    after: { "1": 0, "2": 100 },
  },
])("routes after $why", ({ before, mode, after }) => {
  const routes = Object.entries(before).map(([version, weight]) => ({ agent: "a", version, weight, updatedAtMs: 0 }));
  const changed = routesAfterDeploy(routes, { agent: "a", version: "2" }, { mode, nowMs: 1 });
  expect(changed && Object.fromEntries(changed.map(({ version, weight }) => [version, weight]))).toEqual(after);
});
