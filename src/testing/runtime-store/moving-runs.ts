import { expect, test } from "vitest";
import type { Store } from "../../store/index.ts";
import { makeId } from "../sample-records.ts";
import { sampleRun, sampleSession, withRuns } from "../sample-runtime-records.ts";
import type { OpenStore } from "../store-conformance.ts";
import { newPlace } from "./place.ts";
import { runOfStatus } from "./run-of-status.ts";

export function describeMovingRuns(openAt: OpenStore): void {
  describePausing(openAt);
  describeEnding(openAt);
  describeUnheard(openAt);
  describeDue(openAt);
}

function describePausing(openAt: OpenStore): void {
  test.each([
    { on: "approval", wakeAtMs: null },
    { on: "sleep", wakeAtMs: 1_700_000_000_000.75 },
    { on: "doubt", wakeAtMs: null },
    { on: "version", wakeAtMs: 0 },
  ] as const)("a run is put down on $on until $wakeAtMs", async ({ on, wakeAtMs }) => {
    const store = await openAt(newPlace());
    const { id } = await runOfStatus(store, "running");
    const before = await store.findRun(id);
    expect(await store.pauseRun({ id, workerId: "w", on, wakeAtMs, seenPosition: 0 })).toBe(true);
    expect(await store.findRun(id)).toEqual({ ...before, status: "paused", pausedOn: on, wakeAtMs });
  });

  test.each([
    { status: "queued", workerId: "w" },
    { status: "running", workerId: "other" },
    { status: "running", workerId: "W" },
    { status: "paused", workerId: "w" },
    { status: "ended", workerId: "w" },
  ] as const)("a $status run is not put down by $workerId", async ({ status, workerId }) => {
    const store = await openAt(newPlace());
    const { id } = await runOfStatus(store, status);
    const before = await store.findRun(id);
    const pause = { workerId, on: "doubt", wakeAtMs: 7, seenPosition: 0 } as const;
    expect(await store.pauseRun({ id, ...pause })).toBe(false);
    expect(await store.pauseRun({ id: makeId(), ...pause })).toBe(false);
    expect(await store.findRun(id)).toEqual(before);
  });
}

function describeUnheard(openAt: OpenStore): void {
  test("a run does not end while a message to it has not been seen; its session's state stays too", async () => {
    const store = await openAt(newPlace());
    const { id, session } = await runOfStatus(store, "running");
    const say = async (kind: "message" | "cancel") =>
      store.addSignal({
        id: makeId(),
        runId: id,
        atMs: 1,
        by: "ada",
        body: kind === "cancel" ? { kind } : { kind, content: "hi" },
      });
    const seen = await say("message");
    const late = await say("message");
    const cancel = await say("cancel");
    const end = { id, outcome: "answered", atMs: 2, sessionState: { cart: ["x"] } } as const;
    expect(cancel?.position).toBeGreaterThan(late?.position ?? Number.NaN);
    expect(await store.endRun({ ...end, seenPosition: seen?.position ?? 0 })).toBe(false);
    expect((await store.findRun(id))?.status).toBe("running");
    expect((await store.findSession(session.id))?.state).toEqual({});
    expect(await store.endRun({ ...end, seenPosition: late?.position ?? 0 })).toBe(true);
    expect((await store.findSession(session.id))?.state).toEqual({ cart: ["x"] });
  });
}

function describeEnding(openAt: OpenStore): void {
  test.each(["queued", "running", "paused"] as const)(
    "a %s run ends once, its session's state with it",
    async (status) => {
      const store = await openAt(newPlace());
      const { id, session } = await runOfStatus(store, status);
      const other = await runOfStatus(store, "running");
      const before = await store.findRun(id);
      const end = { id, outcome: "cancelled", atMs: 77.5 } as const;
      expect(await store.endRun({ ...end, sessionState: { cart: ["x"] } })).toBe(true);
      expect(await store.findRun(id)).toEqual({
        ...before,
        status: "ended",
        outcome: "cancelled",
        endedAtMs: 77.5,
        pausedOn: null,
        wakeAtMs: null,
      });
      expect(await store.endRun({ ...end, outcome: "answered", atMs: 88, sessionState: { late: true } })).toBe(false);
      expect((await store.findRun(id))?.outcome).toBe("cancelled");
      expect((await store.findSession(session.id))?.state).toEqual({ cart: ["x"] });
      expect((await store.findSession(other.session.id))?.state).toEqual({});
      expect((await store.findRun(other.id))?.status).toBe("running");
    },
  );

  test("an end without a state leaves the session's; a run that is not there does not end", async () => {
    const store = await openAt(newPlace());
    const { id, session } = await runOfStatus(store, "running");
    await store.updateSession(session.id, { state: { kept: 1 } });
    expect(await store.endRun({ id, outcome: "failed", atMs: 1 })).toBe(true);
    expect((await store.findSession(session.id))?.state).toEqual({ kept: 1 });
    expect(await store.endRun({ id: makeId(), outcome: "failed", atMs: 1, sessionState: {} })).toBe(false);
  });

  test("of two stores that end and take over a run at once, the end holds", async () => {
    const place = newPlace();
    const stores = [await openAt(place), await openAt(place)];
    for (let round = 0; round < 20; round += 1) {
      const { id, session } = await runOfStatus(stores[0] as Store, "running");
      const [isAnswered, , isFailed] = await Promise.all([
        stores[0]?.endRun({ id, outcome: "answered", atMs: 1, sessionState: { round } }),
        stores[1]?.claimRun({ id, workerId: "late", from: ["running"], heldBy: "w", atMs: 1 }),
        stores[1]?.endRun({ id, outcome: "failed", atMs: 1, sessionState: { round: -1 } }),
      ]);
      expect(isAnswered).toBe(!isFailed);
      const run = await stores[0]?.findRun(id);
      const state = (await stores[0]?.findSession(session.id))?.state;
      expect([run?.status, state?.["round"]]).toEqual(["ended", run?.outcome === "answered" ? round : -1]);
    }
  });
}

function describeDue(openAt: OpenStore): void {
  const due = async (store: Store, query: Partial<Parameters<Store["listDueRuns"]>[0]> = {}) =>
    (await store.listDueRuns({ nowMs: 1_000, limit: 100, ...query })).map(({ id }) => id);

  test("due are the first queued run of each free session and the paused ones whose time has come, by position", async () => {
    const store = await openAt(newPlace());
    const sleeping = await withRuns(store, 2);
    const waiting = await withRuns(store, 2);
    const working = await withRuns(store, 2);
    const open = await withRuns(store, 2);
    for (const { runs } of [sleeping, waiting, working]) {
      await store.claimRun({ id: runs[0]?.id ?? makeId(), workerId: "w", from: ["queued"], atMs: 1 });
    }
    const pause = { workerId: "w", seenPosition: 0 } as const;
    await store.pauseRun({ ...pause, id: sleeping.runs[0]?.id ?? makeId(), on: "sleep", wakeAtMs: 1_000 });
    await store.pauseRun({ ...pause, id: waiting.runs[0]?.id ?? makeId(), on: "approval", wakeAtMs: null });
    expect(await due(store)).toEqual([sleeping.runs[0]?.id, open.runs[0]?.id]);
    expect(await due(store, { limit: 1 })).toEqual([sleeping.runs[0]?.id]);
    expect(await due(store, { nowMs: 999.5 })).toEqual([open.runs[0]?.id]);
    await store.endRun({ id: working.runs[0]?.id ?? makeId(), outcome: "answered", atMs: 2 });
    expect(await due(store)).toEqual([sleeping.runs[0]?.id, working.runs[1]?.id, open.runs[0]?.id]);
  });

  test("where offers are given, only runs of these versions are due, and none overtakes the first of its session", async () => {
    const store = await openAt(newPlace());
    const session = sampleSession({ agent: "a" });
    await store.createSession(session);
    const old = sampleRun(session, { version: "1" });
    for (const run of [old, sampleRun(session, { version: "2" })]) await store.createRun(run);
    const other = await withRuns(store, 1, { agent: "b" });
    const [a1, a2, b1] = [
      { agent: "a", version: "1" },
      { agent: "a", version: "2" },
      { agent: "b", version: "1" },
    ];
    expect(await due(store, { offers: [] })).toEqual([]);
    expect(await due(store, { offers: [a1] })).toEqual([old.id]);
    expect(await due(store, { offers: [a2] })).toEqual([]);
    expect(await due(store, { offers: [b1, a2] })).toEqual([other.runs[0]?.id]);
    expect(await due(store, { offers: [a1, b1] })).toEqual([old.id, other.runs[0]?.id]);
    await store.claimRun({ id: old.id, workerId: "w", from: ["queued"], atMs: 1 });
    await store.pauseRun({ id: old.id, workerId: "w", on: "version", wakeAtMs: 5, seenPosition: 0 });
    expect(await due(store, { offers: [a2] })).toEqual([]);
    expect(await due(store, { offers: [a1] })).toEqual([old.id]);
  });

  test("the next wake is the earliest of the paused runs that have one", async () => {
    const store = await openAt(newPlace());
    expect(await store.nextWakeAtMs()).toBeUndefined();
    const runs = [await runOfStatus(store, "running"), await runOfStatus(store, "running")];
    const pause = { workerId: "w", on: "sleep", seenPosition: 0 } as const;
    await store.pauseRun({ ...pause, id: (await runOfStatus(store, "running")).id, wakeAtMs: null });
    expect(await store.nextWakeAtMs()).toBeUndefined();
    for (const [index, { id }] of runs.entries()) {
      await store.pauseRun({ ...pause, id, wakeAtMs: 1_700_000_000_009.5 - index });
    }
    expect(await store.nextWakeAtMs()).toBe(1_700_000_000_008.5);
    await store.endRun({ id: runs[1]?.id ?? makeId(), outcome: "cancelled", atMs: 1 });
    expect(await store.nextWakeAtMs()).toBe(1_700_000_000_009.5);
  });
}
