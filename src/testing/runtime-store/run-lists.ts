import { expect, test } from "vitest";
import type { Store } from "../../store/index.ts";
import { makeId } from "../sample-records.ts";
import { HOSTILE_TEXTS, sampleRun, sampleSession, SIMILAR_IDS, withRuns } from "../sample-runtime-records.ts";
import type { OpenStore } from "../store-conformance.ts";
import { BAD_TEXTS, newPlace, withCode } from "./place.ts";

export function describeRunLists(openAt: OpenStore): void {
  describeAccepting(openAt);
  describeKeys(openAt);
  describeListing(openAt);
  describeCounting(openAt);
}

function describeAccepting(openAt: OpenStore): void {
  test("an accepted run is queued, with all that was given, and is found", async () => {
    const store = await openAt(newPlace());
    const { session } = await withRuns(store, 0);
    const given = sampleRun(session, { idempotencyKey: "k" });
    const { run, isNew } = await store.createRun(given);
    expect(isNew).toBe(true);
    expect(run).toEqual({
      ...given,
      status: "queued",
      pausedOn: null,
      wakeAtMs: null,
      outcome: null,
      attempt: 0,
      workerId: null,
      position: expect.any(Number),
      startedAtMs: null,
      endedAtMs: null,
    });
    expect(await store.findRun(given.id)).toEqual(run);
    expect(await store.findRun("nobody")).toBeUndefined();
  });

  test.each(HOSTILE_TEXTS)("a run with %j in every text comes back as it was", async (text) => {
    const store = await openAt(newPlace());
    const session = sampleSession({ id: text as never, agent: text, ownerId: text });
    await store.createSession(session);
    const given = sampleRun(session, {
      id: text as never,
      version: text,
      input: { message: text, data: { [text]: text } },
      idempotencyKey: text,
      metadata: { [text]: text },
    });
    const { run } = await store.createRun(given);
    expect(run).toMatchObject(given);
    expect(await store.listRuns({ limit: 1, ownerId: text, agent: text, sessionId: text })).toEqual([run]);
    const claimed = await store.claimRun({ id: run.id, workerId: text, from: ["queued"], version: text, atMs: 1 });
    expect(claimed?.workerId).toBe(text);
    expect(await store.listRunsOf([text])).toEqual([claimed]);
  });

  test.each(BAD_TEXTS)("texts that a database would change are refused, whole: %j", async (text) => {
    const store = await openAt(newPlace());
    const { session } = await withRuns(store, 0);
    for (const bad of [{ version: text }, { idempotencyKey: text }, { agent: text }]) {
      await expect(store.createRun(sampleRun(session, bad))).rejects.toEqual(withCode("store.bad_text"));
    }
    expect(await store.listRuns({ limit: 1 })).toEqual([]);
  });

  test("no run is accepted for a session that is not there", async () => {
    const store = await openAt(newPlace());
    const run = sampleRun(sampleSession(), { idempotencyKey: "k" });
    await expect(store.createRun(run)).rejects.toEqual(withCode("session.not_found"));
    expect(await store.findRun(run.id)).toBeUndefined();
  });

  test("an accepted run is there when the place is opened again", async () => {
    const place = newPlace();
    const first = await openAt(place);
    const { session } = await withRuns(first, 0);
    const { run } = await first.createRun(sampleRun(session));
    await first[Symbol.asyncDispose]();
    expect(await (await openAt(place)).findRun(run.id)).toEqual(run);
  });
}

function describeKeys(openAt: OpenStore): void {
  test("the same key in the same session names the same run, and nothing more is written", async () => {
    const store = await openAt(newPlace());
    const { session } = await withRuns(store, 0);
    const first = await store.createRun(sampleRun(session, { idempotencyKey: "k" }));
    const again = await store.createRun(
      sampleRun(session, { idempotencyKey: "k", input: { message: "another" }, version: "2" }),
    );
    expect(again).toEqual({ run: first.run, isNew: false });
    await store.endRun({ id: first.run.id, outcome: "answered", atMs: 5 });
    const afterEnd = await store.createRun(sampleRun(session, { idempotencyKey: "k" }));
    expect(afterEnd).toMatchObject({ run: { id: first.run.id, status: "ended" }, isNew: false });
    expect(await store.countRuns()).toEqual({ ended: 1 });
  });

  test("a session takes as many open runs as it is told, however many come at once, and finds its own by their keys", async () => {
    const store = await openAt(newPlace());
    const { session } = await withRuns(store, 0);
    const asked = Array.from({ length: 9 }, (_, index) => sampleRun(session, { idempotencyKey: `k${index}` }));
    const outcomes = await Promise.allSettled(asked.map((run) => store.createRun({ ...run, openMax: 4 })));
    const refused = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(refused.map(({ reason }) => reason)).toEqual(Array(5).fill(withCode("session.queue_full")));
    expect(await store.countOpenRuns(session.id)).toBe(4);
    const taken = asked[outcomes.findIndex(({ status }) => status === "fulfilled")];
    const again = await store.createRun({
      ...sampleRun(session, { idempotencyKey: taken?.idempotencyKey ?? "" }),
      openMax: 4,
    });
    expect(again).toMatchObject({ run: { id: taken?.id }, isNew: false });
    expect(await store.findRunByKey(session.id, taken?.idempotencyKey ?? "")).toEqual(again.run);
    expect(await store.findRunByKey(session.id, "nobody's")).toBeUndefined();
  });

  test("other sessions, keys that look alike, and runs without a key are runs of their own", async () => {
    const store = await openAt(newPlace());
    const [one, two] = [await withRuns(store, 0), await withRuns(store, 0)];
    for (const { session } of [one, two]) {
      for (const idempotencyKey of [...SIMILAR_IDS, "", null, null]) {
        expect((await store.createRun(sampleRun(session, { idempotencyKey }))).isNew).toBe(true);
      }
    }
    for (const key of SIMILAR_IDS) {
      const { run, isNew } = await store.createRun(sampleRun(two.session, { idempotencyKey: key }));
      expect([isNew, run.idempotencyKey, run.sessionId]).toEqual([false, key, two.session.id]);
    }
  });

  test("of two stores that accept the same key again and again, one writes it once", async () => {
    const place = newPlace();
    const stores = [await openAt(place), await openAt(place)];
    const { session } = await withRuns(stores[0] as Store, 0);
    for (let round = 0; round < 10; round += 1) {
      const attempts = [...stores, ...stores].map((store) =>
        store.createRun(sampleRun(session, { idempotencyKey: `k${round}` })),
      );
      const outcomes = await Promise.all(attempts);
      expect(outcomes.filter(({ isNew }) => isNew).length).toBe(1);
      expect(new Set(outcomes.map(({ run }) => run.id)).size).toBe(1);
    }
    expect(await stores[0]?.countOpenRuns(session.id)).toBe(10);
  });
}

function describeListing(openAt: OpenStore): void {
  test("pages of runs go from new to old, of the owner, session, agent and status asked for", async () => {
    const store = await openAt(newPlace());
    const sessions = [0, 1].map((index) => sampleSession({ ownerId: `o${index}`, agent: `a${index}` }));
    for (const session of sessions) await store.createSession(session);
    const runs = Array.from({ length: 8 }, (_, index) =>
      sampleRun(sessions[index % 2] ?? sampleSession(), { createdAtMs: Math.floor(index / 3) }),
    );
    for (const run of runs.toReversed()) await store.createRun(run);
    const idsOf = async (where: Partial<Parameters<Store["listRuns"]>[0]>) =>
      (await store.listRuns({ limit: 100, ...where })).map(({ id }) => id);
    const wanted = (...indexes: number[]) => indexes.map((index) => runs[index]?.id);
    const pages = [await store.listRuns({ limit: 5 })];
    pages.push(await store.listRuns({ limit: 5, before: pages[0]?.at(-1) as never }));
    expect(pages.flat().map(({ id }) => id)).toEqual(wanted(7, 6, 5, 4, 3, 2, 1, 0));
    expect(await idsOf({ ownerId: "o0" })).toEqual(wanted(6, 4, 2, 0));
    expect(await idsOf({ agent: "a1" })).toEqual(wanted(7, 5, 3, 1));
    expect(await idsOf({ sessionId: sessions[1]?.id as string })).toEqual(wanted(7, 5, 3, 1));
    await store.claimRun({ id: runs[7]?.id as never, workerId: "w", from: ["queued"], atMs: 1 });
    await store.endRun({ id: runs[5]?.id as never, outcome: "failed", atMs: 1 });
    expect(await idsOf({ status: "running" })).toEqual(wanted(7));
    expect(await idsOf({ status: "ended", ownerId: "o1" })).toEqual(wanted(5));
    expect(await idsOf({ status: "queued", ownerId: "o1" })).toEqual(wanted(3, 1));
    expect(await idsOf({ status: "paused" })).toEqual([]);
  });

  test("a session's runs come in the order they were accepted, in pages", async () => {
    const store = await openAt(newPlace());
    const [{ session, runs }] = [await withRuns(store, 5), await withRuns(store, 2)];
    const first = await store.listSessionRuns(session.id, { limit: 3 });
    const afterPosition = first.at(-1)?.position as number;
    const rest = await store.listSessionRuns(session.id, { limit: 3, afterPosition });
    expect([...first, ...rest].map(({ id }) => id)).toEqual(runs.map(({ id }) => id));
    expect([...first, ...rest].map(({ position }) => position)).toEqual(
      [...first, ...rest].map(({ position }) => position).toSorted((left, right) => left - right),
    );
  });

  test("ids that look alike never see each other's runs", async () => {
    const store = await openAt(newPlace());
    for (const id of SIMILAR_IDS) {
      const session = sampleSession({ id: id as never, ownerId: id, agent: id });
      await store.createSession(session);
      await store.createRun(sampleRun(session, { id: id as never, version: id }));
      await store.claimRun({ id: id as never, workerId: id, from: ["queued"], atMs: 1 });
    }
    for (const id of SIMILAR_IDS) {
      const seen = [
        [await store.findRun(id)],
        await store.listRuns({ limit: 100, ownerId: id }),
        await store.listRuns({ limit: 100, sessionId: id }),
        await store.listRuns({ limit: 100, agent: id }),
        await store.listSessionRuns(id as never, { limit: 100 }),
        await store.listRunsOf([id]),
      ];
      expect(seen.map((runs) => runs.map((run) => run?.id))).toEqual(seen.map(() => [id]));
    }
  });
}

function describeCounting(openAt: OpenStore): void {
  test("runs are counted by status, open ones of a session, those of a worker", async () => {
    const store = await openAt(newPlace());
    expect(await store.countRuns()).toEqual({});
    const [one, two] = [await withRuns(store, 3), await withRuns(store, 1)];
    const claim = (id: string, workerId: string) =>
      store.claimRun({ id: id as never, workerId, from: ["queued"], atMs: 1 });
    await claim(one.runs[0]?.id ?? "", "w1");
    await claim(two.runs[0]?.id ?? "", "w2");
    expect(await store.countRuns()).toEqual({ queued: 2, running: 2 });
    expect((await store.listRunsOf(["w1", "w2", "w3"])).map(({ id }) => id)).toEqual([
      one.runs[0]?.id,
      two.runs[0]?.id,
    ]);
    expect(await store.listRunsOf([])).toEqual([]);
    await store.pauseRun({
      id: one.runs[0]?.id as never,
      workerId: "w1",
      on: "doubt",
      wakeAtMs: null,
      seenPosition: 0,
    });
    await store.endRun({ id: two.runs[0]?.id as never, outcome: "timeout", atMs: 2 });
    expect(await store.countRuns()).toEqual({ queued: 2, paused: 1, ended: 1 });
    expect(await store.listRunsOf(["w1", "w2"])).toEqual([]);
    expect(await store.countOpenRuns(one.session.id)).toBe(3);
    expect(await store.countOpenRuns(two.session.id)).toBe(0);
    expect(await store.countOpenRuns(makeId())).toBe(0);
  });
}
