import { afterEach, beforeEach, expect, test } from "vitest";
import { defineTool, toolDetails } from "../agent/index.ts";
import type { AgentOptions } from "../agent/index.ts";
import type { RunRecord } from "../domain/index.ts";
import { type Clock, systemClock } from "../kernel/index.ts";
import type { Store } from "../store/index.ts";
import { openPlace, until } from "../testing/open-place.ts";
import { z } from "zod";
import { assertHeld } from "./assert-held.ts";
import type { OpenDispatcher, Performance } from "./dispatch.ts";

let place: ReturnType<typeof openPlace>;
beforeEach(() => void (place = openPlace()));
afterEach(() => place.close());

const payment = defineTool({
  name: "pay",
  description: "may not be repeated",
  input: z.object({}),
  risk: "irreversible",
  execute: () => "paid",
});

/** An agent that pays once; its process can be held up between the payment being in the log and its hearing of it. */
async function openPayer(openDispatcher?: OpenDispatcher) {
  let paid = 0;
  let skippedMs = 0;
  const isWritten = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const own = await place.openStore();
  const store: Store = {
    ...own,
    async append(runId, events, expectedSeq) {
      const nextSeq = await own.append(runId, events, expectedSeq);
      if (events.some(({ type }) => type === "tool.called")) {
        isWritten.resolve();
        await goOn.promise;
      }
      return nextSeq;
    },
  };
  const clock: Clock = { nowMs: systemClock.nowMs, monotonicMs: () => systemClock.monotonicMs() + skippedMs };
  const details = toolDetails(payment);
  const agent: AgentOptions = {
    name: "payer",
    version: "1",
    async run({ context }) {
      const call = { tool: "pay", callId: "pay", arguments: {}, execute: () => (paid += 1) };
      return String(await context.boundary.tool({ ...call, ...(details && { details }) }));
    },
  };
  const { runtime } = await place.open([agent], {
    store,
    clock,
    ...(openDispatcher && { openDispatcher: () => openDispatcher }),
  });
  const session = await runtime.createSession({ agent: "payer", ownerId: "ada" });
  const { run } = await runtime.startRun({ sessionId: session.id, message: "go", by: "ada" });
  await isWritten.promise;
  return {
    store: own,
    runtime,
    run,
    count: () => paid,
    wake(afterMs: number) {
      skippedMs += afterMs;
      goOn.resolve();
    },
  };
}

test("a process that wakes up makes no call that it has written down, when its run was taken meanwhile", async () => {
  const { store, runtime, run, count, wake } = await openPayer();
  const before = await runtime.run(run.id);
  const taken = await store.claimRun({
    id: run.id,
    workerId: "another",
    from: ["running"],
    ...(before.workerId !== null && { heldBy: before.workerId }),
    atMs: Date.now(),
  });
  expect(taken).toMatchObject({ workerId: "another" });
  wake(3_000);
  await expect.poll(() => runtime.activeCount).toBe(0);
  expect(count()).toBe(0);
});

test("a process that was held up and still has its run goes on", async () => {
  const { runtime, run, count, wake } = await openPayer();
  wake(3_000);
  expect(await until(runtime, run, ({ status }) => status === "ended")).toMatchObject({ outcome: "answered" });
  expect(count()).toBe(1);
});

test("a process that lets go of a run makes no call whose place in the log it hears of afterwards", async () => {
  const letGo = new AbortController();
  let work: Promise<Performance> | undefined;
  const { count, wake } = await openPayer(async (perform) => ({
    activeCount: 0,
    dispatch: async ({ id }) => void (work = perform(id, { signal: letGo.signal })),
    drain: async () => 0,
    close: async () => {},
  }));
  letGo.abort();
  wake(0);
  expect(await work).toEqual({ kind: "abandoned" });
  expect(count()).toBe(0);
});

test.each([
  { what: "as it was taken", now: {}, isHeld: true },
  { what: "taken by another", now: { workerId: "other" }, isHeld: false },
  { what: "taken again by the same worker", now: { attempt: 3 }, isHeld: false },
  { what: "put down", now: { status: "paused" as const }, isHeld: false },
])("a run that was not heard of for a while and is $what: held $isHeld", async ({ now, isHeld }) => {
  const run = { id: "run-1", status: "running", workerId: "own", attempt: 2 } as RunRecord;
  const clock: Clock = { nowMs: () => 0, monotonicMs: () => 10_000 };
  const looking = assertHeld({ store: { findRun: async () => ({ ...run, ...now }) }, clock, run }, 9_000);
  const end = await looking.then(
    () => "held",
    (error: unknown) => error,
  );
  expect(end).toEqual(isHeld ? "held" : expect.objectContaining({ code: "log.conflict" }));
});
