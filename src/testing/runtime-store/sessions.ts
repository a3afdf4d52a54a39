import { expect, test } from "vitest";
import { makeId } from "../sample-records.ts";
import { HOSTILE_TEXTS, sampleRun, sampleSession, SIMILAR_IDS, withRuns } from "../sample-runtime-records.ts";
import type { OpenStore } from "../store-conformance.ts";
import { BAD_TEXTS, newPlace, withCode } from "./place.ts";

export function describeSessions(openAt: OpenStore): void {
  describeOneSession(openAt);

  test("pages of sessions go from new to old, also at equal times, and new ones do not shift them", async () => {
    const store = await openAt(newPlace());
    const sessions = Array.from({ length: 9 }, (_, index) =>
      sampleSession({ createdAtMs: Math.floor(index / 3), ownerId: `o${index % 2}`, agent: `a${index % 3}` }),
    );
    for (const session of sessions.toReversed()) await store.createSession(session);
    const seen: string[] = [];
    let before: { createdAtMs: number; id: string } | undefined;
    for (;;) {
      const page = await store.listSessions({ limit: 2, ...(before && { before }) });
      if (page.length === 0) break;
      seen.push(...page.map(({ id }) => id));
      before = page.at(-1);
      await store.createSession(sampleSession({ createdAtMs: 1_000, ownerId: "new", agent: "new" }));
    }
    expect(seen).toEqual(sessions.map(({ id }) => id).toReversed());
    const idsOf = async (where: { ownerId?: string; agent?: string }) =>
      (await store.listSessions({ limit: 100, ...where })).map(({ id }) => id);
    const wanted = (...indexes: number[]) => indexes.map((index) => sessions[index]?.id);
    expect(await idsOf({ ownerId: "o1" })).toEqual(wanted(7, 5, 3, 1));
    expect(await idsOf({ agent: "a0" })).toEqual(wanted(6, 3, 0));
    expect(await idsOf({ ownerId: "o1", agent: "a0" })).toEqual(wanted(3));
    expect(await idsOf({ ownerId: "nobody" })).toEqual([]);
  });

  test("owners, agents and ids that look alike never see each other's sessions", async () => {
    const store = await openAt(newPlace());
    for (const id of SIMILAR_IDS) await store.createSession(sampleSession({ id: id as never, ownerId: id, agent: id }));
    for (const id of SIMILAR_IDS) {
      expect((await store.findSession(id))?.ownerId).toBe(id);
      expect((await store.listSessions({ limit: 100, ownerId: id })).map((session) => session.id)).toEqual([id]);
      expect((await store.listSessions({ limit: 100, agent: id })).map((session) => session.id)).toEqual([id]);
    }
    await store.removeSession("a%" as never);
    await store.updateSession("a_" as never, { closedAtMs: 7 });
    const left = await store.listSessions({ limit: 100 });
    expect(left.map(({ id }) => String(id)).toSorted()).toEqual(SIMILAR_IDS.filter((id) => id !== "a%").toSorted());
    expect(left.filter(({ closedAtMs }) => closedAtMs !== null).map(({ id }) => id)).toEqual(["a_"]);
  });

  test("a removed session takes its runs, their signals and logs along, and nothing of another", async () => {
    const store = await openAt(newPlace());
    const [gone, kept] = [await withRuns(store, 2), await withRuns(store, 2)];
    for (const { id } of [...gone.runs, ...kept.runs]) {
      await store.append(id, [{ type: "message.sent", content: "x", atMs: 1, witness: "runtime" }], 0);
      await store.addSignal({ id: makeId(), runId: id, atMs: 1, by: "ada", body: { kind: "cancel" } });
    }
    await store.removeSession(gone.session.id);
    const left = async ({ session, runs }: typeof gone) => [
      (await store.findSession(session.id))?.id,
      (await store.listSessionRuns(session.id, { limit: 10 })).length,
      ...(await Promise.all(
        runs.map(async ({ id }) => [(await store.read(id)).length, (await store.listSignals(id)).length]),
      )),
    ];
    expect(await left(gone)).toEqual([undefined, 0, [0, 0], [0, 0]]);
    expect(await left(kept)).toEqual([kept.session.id, 2, [1, 1], [1, 1]]);
    await expect(store.createRun(sampleRun(gone.session))).rejects.toEqual(withCode("session.not_found"));
  });
}

function describeOneSession(openAt: OpenStore): void {
  test.each(HOSTILE_TEXTS)("a session with %j in every text comes back as it was", async (text) => {
    const store = await openAt(newPlace());
    const texts = { id: text as never, agent: text, ownerId: text };
    const session = sampleSession({ ...texts, state: { [text]: text }, metadata: { [text]: [text] } });
    await store.createSession(session);
    expect(await store.findSession(text)).toEqual(session);
    expect(await store.listSessions({ limit: 1, ownerId: text, agent: text })).toEqual([session]);
  });

  test.each(BAD_TEXTS)("names that a database would change are refused, also to look for: %j", async (text) => {
    const store = await openAt(newPlace());
    await expect(store.createSession(sampleSession({ ownerId: text }))).rejects.toEqual(withCode("store.bad_text"));
    await expect(store.findSession(text)).rejects.toEqual(withCode("store.bad_text"));
    expect(await store.listSessions({ limit: 1 })).toEqual([]);
  });

  test("an id is taken once, whoever comes first", async () => {
    const place = newPlace();
    const stores = [await openAt(place), await openAt(place)];
    for (let round = 0; round < 10; round += 1) {
      const id = makeId<"session">();
      const outcomes = await Promise.allSettled(
        stores.map((store, index) => store.createSession(sampleSession({ id, ownerId: `owner ${index}` }))),
      );
      const winner = outcomes.findIndex(({ status }) => status === "fulfilled");
      const losers = outcomes.filter((outcome) => outcome.status === "rejected");
      expect(losers.map(({ reason }) => reason)).toEqual([withCode("session.exists")]);
      for (const store of stores) expect((await store.findSession(id))?.ownerId).toBe(`owner ${winner}`);
    }
  });

  test.each([
    { change: { state: { a: 1 } } },
    { change: { metadata: {} } },
    { change: { closedAtMs: 12.5 } },
    { change: { state: { b: [] }, metadata: { c: null }, closedAtMs: 0 } },
    { change: {} },
  ])("a change replaces what it gives and leaves the rest: $change", async ({ change }) => {
    const store = await openAt(newPlace());
    const [session, other] = [sampleSession({ state: { old: true } }), sampleSession()];
    for (const each of [session, other]) await store.createSession(each);
    expect(await store.updateSession(session.id, change)).toBe(true);
    expect(await store.findSession(session.id)).toEqual({ ...session, ...change });
    expect(await store.findSession(other.id)).toEqual(other);
    expect(await store.updateSession(makeId(), change)).toBe(false);
    expect(await store.findSession("nobody")).toBeUndefined();
  });
}
