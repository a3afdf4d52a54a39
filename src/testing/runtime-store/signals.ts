import { expect, test } from "vitest";
import type { RunSignalBody } from "../../domain/index.ts";
import type { Id } from "../../kernel/index.ts";
import type { Store } from "../../store/index.ts";
import { makeId } from "../sample-records.ts";
import { HOSTILE_TEXTS, sampleRun, SIMILAR_IDS, withRuns } from "../sample-runtime-records.ts";
import type { OpenStore } from "../store-conformance.ts";
import { newPlace, withCode } from "./place.ts";

const says = (runId: Id<"run">, body: RunSignalBody, id: string = makeId()) => ({
  id,
  runId,
  atMs: 5.5,
  by: "ada",
  body,
});

async function newRun(store: Store): Promise<Id<"run">> {
  return (await withRuns(store, 1)).runs[0]?.id ?? makeId();
}

export function describeSignals(openAt: OpenStore): void {
  describeSlots(openAt);
  describeSaying(openAt);
  describePositions(openAt);
  describeWaking(openAt);
}

function describeSlots(openAt: OpenStore): void {
  test.each<{ body: RunSignalBody; again: RunSignalBody; isTaken: boolean }>([
    {
      body: { kind: "approval", effect: 1, decision: "edited", arguments: { a: ["\ud800", null] } },
      again: { kind: "approval", effect: 1, decision: "denied" },
      isTaken: true,
    },
    {
      body: { kind: "approval", effect: 1, decision: "approved" },
      again: { kind: "approval", effect: 11, decision: "approved" },
      isTaken: false,
    },
    {
      body: { kind: "doubt", effect: 1, decision: "happened", result: [1] },
      again: { kind: "doubt", effect: 1, decision: "failed" },
      isTaken: true,
    },
    {
      body: { kind: "doubt", effect: 1, decision: "repeat" },
      again: { kind: "approval", effect: 1, decision: "approved" },
      isTaken: false,
    },
    { body: { kind: "message", content: "one" }, again: { kind: "message", content: "one" }, isTaken: false },
    { body: { kind: "cancel" }, again: { kind: "cancel" }, isTaken: true },
  ])("after $body, $again finds its slot taken: $isTaken", async ({ body, again, isTaken }) => {
    const store = await openAt(newPlace());
    const [runId, other] = [await newRun(store), await newRun(store)];
    const first = await store.addSignal(says(runId, body));
    expect(first).toMatchObject({ runId, atMs: 5.5, by: "ada", ...body });
    const second = await store.addSignal(says(runId, again));
    expect(second === undefined).toBe(isTaken);
    expect(await store.listSignals(runId)).toEqual(second === undefined ? [first] : [first, second]);
    expect(await store.addSignal(says(other, again))).toMatchObject({ runId: other });
  });

  test("the same message said again is kept once; two runs may hear the same", async () => {
    const store = await openAt(newPlace());
    const [runId, other] = [await newRun(store), await newRun(store)];
    const message = { kind: "message", content: "stop" } as const;
    expect(await store.addSignal(says(runId, message, "m"))).toBeDefined();
    expect(await store.addSignal(says(runId, message, "m"))).toBeUndefined();
    expect(await store.addSignal(says(other, message, "m"))).toBeDefined();
    expect((await store.listSignals(runId)).length).toBe(1);
  });
}

function describeSaying(openAt: OpenStore): void {
  test.each(HOSTILE_TEXTS)("a signal with %j in every text comes back as it was", async (text) => {
    const store = await openAt(newPlace());
    const runId = await newRun(store);
    const given = { ...says(runId, { kind: "message", content: text }, text), by: text };
    const kept = await store.addSignal(given);
    const { body, ...rest } = given;
    expect(kept).toEqual({ ...rest, ...body, position: expect.any(Number) });
    expect(await store.listSignals(runId)).toEqual([kept]);
  });

  test("a decision that two stores make at once is made once", async () => {
    const place = newPlace();
    const stores = [await openAt(place), await openAt(place)];
    const runId = await newRun(stores[0] as Store);
    for (let effect = 0; effect < 15; effect += 1) {
      const decisions = await Promise.all(
        stores.map((store) => store.addSignal(says(runId, { kind: "approval", effect, decision: "approved" }))),
      );
      expect(decisions.filter((signal) => signal !== undefined).length).toBe(1);
    }
  });

  test("nothing is said to a run that is not there", async () => {
    const store = await openAt(newPlace());
    const runId = makeId<"run">();
    await expect(store.addSignal(says(runId, { kind: "cancel" }))).rejects.toEqual(withCode("run.not_found"));
    expect(await store.listSignals(runId)).toEqual([]);
  });
}

function describePositions(openAt: OpenStore): void {
  test("positions rise among all signals, and a reader goes on from the last it saw", async () => {
    const store = await openAt(newPlace());
    expect(await store.lastSignalPosition()).toBe(0);
    expect(await store.listSignalsAfter(0, 10)).toEqual([]);
    const runs = [await newRun(store), await newRun(store), await newRun(store)];
    const made = [];
    for (let index = 0; index < 9; index += 1) {
      made.push(await store.addSignal(says(runs[index % 3] ?? makeId(), { kind: "message", content: `${index}` })));
    }
    const positions = made.map((signal) => signal?.position ?? 0);
    expect(positions).toEqual([...new Set(positions)].toSorted((left, right) => left - right));
    expect(await store.lastSignalPosition()).toBe(positions.at(-1));
    const firstPage = await store.listSignalsAfter(0, 4);
    const rest = await store.listSignalsAfter(firstPage.at(-1)?.position ?? 0, 100);
    expect([...firstPage, ...rest]).toEqual(made);
    expect(await store.listSignals(runs[1] ?? makeId())).toEqual([made[1], made[4], made[7]]);
  });

  test("a place is never given out twice, also when the last signals were removed", async () => {
    const store = await openAt(newPlace());
    const { session, runs } = await withRuns(store, 1);
    const gone = await store.addSignal(says(runs[0]?.id ?? makeId(), { kind: "cancel" }));
    await store.removeSession(session.id);
    const next = await store.addSignal(says(await newRun(store), { kind: "cancel" }));
    expect(next?.position).toBeGreaterThan(gone?.position ?? 0);
    expect(await store.listSignalsAfter(gone?.position ?? 0, 10)).toEqual([next]);
  });

  test("a reader that follows while two stores write misses none", async () => {
    const place = newPlace();
    const stores = [await openAt(place), await openAt(place)];
    const runId = await newRun(stores[0] as Store);
    const writing = Promise.all(
      stores.flatMap((store, writer) =>
        Array.from({ length: 40 }, (_, index) =>
          store.addSignal(says(runId, { kind: "message", content: `${writer} ${index}` })),
        ),
      ),
    );
    let isWritten = false;
    void writing.finally(() => (isWritten = true));
    const seen: number[] = [];
    for (let isLast = false; !isLast;) {
      isLast = isWritten;
      const page = await (stores[1] as Store).listSignalsAfter(seen.at(-1) ?? 0, 100);
      seen.push(...page.map(({ position }) => position));
    }
    expect(seen).toEqual(
      (await writing).map((signal) => signal?.position ?? 0).toSorted((left, right) => left - right),
    );
  });

  test("runs whose ids look alike never hear each other's signals", async () => {
    const store = await openAt(newPlace());
    const { session } = await withRuns(store, 0);
    for (const id of SIMILAR_IDS) {
      await store.createRun(sampleRun(session, { id: id as never }));
      await store.addSignal(says(id as never, { kind: "message", content: id }));
    }
    for (const id of SIMILAR_IDS) {
      expect((await store.listSignals(id as never)).map((signal) => "content" in signal && signal.content)).toEqual([
        id,
      ]);
    }
  });
}

function describeWaking(openAt: OpenStore): void {
  const claim = async (store: Store, id: Id<"run">) => store.claimRun({ id, workerId: "w", from: ["queued"], atMs: 1 });
  const pause = { workerId: "w", on: "approval", wakeAtMs: null } as const;
  const approval = { kind: "approval", effect: 0, decision: "approved" } as const;

  test("a signal makes a paused run due at once; one whose slot is taken does not", async () => {
    const store = await openAt(newPlace());
    const id = await newRun(store);
    await claim(store, id);
    await store.addSignal(says(id, approval));
    expect((await store.findRun(id))?.wakeAtMs).toBeNull();
    await store.pauseRun({ ...pause, id, seenPosition: await store.lastSignalPosition() });
    await store.addSignal(says(id, approval));
    expect((await store.findRun(id))?.wakeAtMs).toBeNull();
    await store.addSignal(says(id, { kind: "cancel" }));
    expect(await store.findRun(id)).toMatchObject({ status: "paused", wakeAtMs: 0 });
    expect((await store.listDueRuns({ nowMs: 1, limit: 1 })).map((run) => run.id)).toEqual([id]);
  });

  test.each([
    { what: "unseen", isSeen: false, wakeAtMs: 0 },
    { what: "seen", isSeen: true, wakeAtMs: 1_234.5 },
  ])("a run that is put down with an $what signal wakes at $wakeAtMs", async ({ isSeen, wakeAtMs }) => {
    const store = await openAt(newPlace());
    const [id, other] = [await newRun(store), await newRun(store)];
    await claim(store, id);
    const signal = await store.addSignal(says(id, approval));
    await store.addSignal(says(other, approval));
    const seenPosition = isSeen ? (signal?.position ?? 0) : 0;
    expect(await store.pauseRun({ ...pause, id, wakeAtMs: 1_234.5, seenPosition })).toBe(true);
    expect((await store.findRun(id))?.wakeAtMs).toBe(wakeAtMs);
  });

  test("a decision and a pause that meet: the run is due, whichever comes first", async () => {
    const place = newPlace();
    const stores = [await openAt(place), await openAt(place)];
    for (let round = 0; round < 20; round += 1) {
      const id = await newRun(stores[0] as Store);
      await claim(stores[0] as Store, id);
      const seenPosition = await (stores[0] as Store).lastSignalPosition();
      await Promise.all([
        stores[round % 2]?.addSignal(says(id, approval)),
        stores[0]?.pauseRun({ ...pause, id, seenPosition }),
      ]);
      expect(await stores[0]?.findRun(id)).toMatchObject({ status: "paused", wakeAtMs: 0 });
    }
  });
}
