import { expect, test } from "vitest";
import type { RunStatus } from "../../domain/index.ts";
import type { Store } from "../../store/index.ts";
import { makeId } from "../sample-records.ts";
import { sampleRun, sampleSession, withRuns } from "../sample-runtime-records.ts";
import type { OpenStore } from "../store-conformance.ts";
import { newPlace } from "./place.ts";
import { runOfStatus } from "./run-of-status.ts";

const ALL: readonly RunStatus[] = ["queued", "running", "paused", "ended"];
const RUN_COUNT = 300;

export function describeClaimingRuns(openAt: OpenStore): void {
  describeClaiming(openAt);
  describeRaces(openAt);
  describeTurns(openAt);
}

function describeClaiming(openAt: OpenStore): void {
  test.each<{ status: RunStatus; from: readonly RunStatus[]; heldBy?: string; isTaken: boolean }>([
    { status: "queued", from: ["queued"], isTaken: true },
    { status: "queued", from: ["paused", "running"], isTaken: false },
    { status: "queued", from: [], isTaken: false },
    { status: "queued", from: ALL, heldBy: "w", isTaken: true },
    { status: "paused", from: ["paused"], isTaken: true },
    { status: "paused", from: ["paused", "running"], heldBy: "other", isTaken: true },
    { status: "paused", from: ["queued"], isTaken: false },
    { status: "running", from: ["queued", "paused"], isTaken: false },
    { status: "running", from: ["running"], isTaken: true },
    { status: "running", from: ["running"], heldBy: "w", isTaken: true },
    { status: "running", from: ["running"], heldBy: "W", isTaken: false },
    { status: "ended", from: ["queued", "running", "paused"], isTaken: false },
  ])("a $status run is taken from $from, held by $heldBy: $isTaken", async ({ status, from, heldBy, isTaken }) => {
    const store = await openAt(newPlace());
    const { id } = await runOfStatus(store, status);
    const before = await store.findRun(id);
    const claimed = await store.claimRun({ id, workerId: "mine", from, atMs: 99, ...(heldBy && { heldBy }) });
    if (isTaken) {
      expect(claimed).toEqual({
        ...before,
        status: "running",
        workerId: "mine",
        attempt: (before?.attempt ?? 0) + 1,
        startedAtMs: status === "queued" ? 99 : 10,
        pausedOn: null,
        wakeAtMs: null,
      });
    } else expect(claimed).toBeUndefined();
    expect(await store.findRun(id)).toEqual(isTaken ? claimed : before);
  });

  test("a claim may name the version that goes on; without, it stays; an unknown run is not taken", async () => {
    const store = await openAt(newPlace());
    const { id } = await runOfStatus(store, "queued");
    const claim = { id, workerId: "w", from: ALL, atMs: 1 };
    expect((await store.claimRun({ ...claim, version: "2" }))?.version).toBe("2");
    expect(await store.claimRun(claim)).toMatchObject({ version: "2", attempt: 2, startedAtMs: 1 });
    expect(await store.claimRun({ ...claim, id: makeId() })).toBeUndefined();
  });
}

function describeRaces(openAt: OpenStore): void {
  test("of two stores that claim every run at once, exactly one gets each", async () => {
    const place = newPlace();
    const stores = [await openAt(place), await openAt(place)];
    const ids = await Promise.all(
      Array.from({ length: 30 }, async () => (await withRuns(stores[0] as Store, 1)).runs[0]?.id ?? makeId<"run">()),
    );
    const claims = await Promise.all(
      ids.map((id) =>
        Promise.all(
          stores.map((store, index) => store.claimRun({ id, workerId: `w${index}`, from: ["queued"], atMs: 1 })),
        ),
      ),
    );
    for (const [index, each] of claims.entries()) {
      const [winner, ...others] = each.filter((run) => run !== undefined);
      expect(others).toEqual([]);
      expect(await stores[0]?.findRun(ids[index] ?? "")).toEqual(winner);
      expect(winner?.attempt).toBe(1);
    }
  });

  test("of two stores that claim two runs of one session, one gets the first and nobody the second", async () => {
    const place = newPlace();
    const stores = [await openAt(place), await openAt(place)];
    for (let round = 0; round < 10; round += 1) {
      const { session, runs } = await withRuns(stores[0] as Store, 2);
      await Promise.all(
        stores.flatMap((store, index) =>
          runs.map(({ id }) => store.claimRun({ id, workerId: `w${index}`, from: ["queued"], atMs: 1 })),
        ),
      );
      const seen = await stores[1]?.listSessionRuns(session.id, { limit: 2 });
      expect(seen?.map(({ status, attempt }) => [status, attempt])).toEqual([
        ["running", 1],
        ["queued", 0],
      ]);
    }
  });

  test(`${RUN_COUNT} runs are accepted, taken and ended at once`, async () => {
    const store = await openAt(newPlace());
    const sessions = Array.from({ length: RUN_COUNT }, () => sampleSession());
    await Promise.all(sessions.map((session) => store.createSession(session)));
    const accepted = await Promise.all(sessions.map((session) => store.createRun(sampleRun(session))));
    const claimed = await Promise.all(
      accepted.map(({ run }) => store.claimRun({ id: run.id, workerId: "w", from: ["queued"], atMs: 1 })),
    );
    expect(claimed.every((run) => run?.status === "running")).toBe(true);
    const ended = await Promise.all(
      accepted.map(({ run }) =>
        store.endRun({ id: run.id, outcome: "answered", atMs: 2, sessionState: { of: run.id } }),
      ),
    );
    expect(ended.every(Boolean)).toBe(true);
    expect(await store.countRuns()).toEqual({ ended: RUN_COUNT });
    expect(new Set(accepted.map(({ run }) => run.position)).size).toBe(RUN_COUNT);
  });
}

function describeTurns(openAt: OpenStore): void {
  test("a session's runs are taken one at a time and in the order they were accepted", async () => {
    const store = await openAt(newPlace());
    const { runs } = await withRuns(store, 3);
    const [first, second, third] = runs.map(({ id }) => id);
    const claim = (id: typeof first) =>
      store.claimRun({ id: id ?? makeId(), workerId: "w", from: ["queued", "paused"], atMs: 1 });
    expect(await claim(third)).toBeUndefined();
    expect(await claim(second)).toBeUndefined();
    expect((await claim(first))?.id).toBe(first);
    expect(await claim(second)).toBeUndefined();
    await store.pauseRun({ id: first ?? makeId(), workerId: "w", on: "approval", wakeAtMs: null, seenPosition: 0 });
    expect(await claim(second)).toBeUndefined();
    expect((await claim(first))?.attempt).toBe(2);
    await store.endRun({ id: first ?? makeId(), outcome: "answered", atMs: 2 });
    expect(await claim(third)).toBeUndefined();
    await store.endRun({ id: second ?? makeId(), outcome: "cancelled", atMs: 3 });
    expect((await claim(third))?.id).toBe(third);
  });
}
