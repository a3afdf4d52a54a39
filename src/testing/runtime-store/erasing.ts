import { expect, test } from "vitest";
import type { MemoryScope, Session } from "../../domain/index.ts";
import type { NewRun, Store } from "../../store/index.ts";
import { makeId } from "../sample-records.ts";
import { sampleDelivery, sampleKey, sampleWebhook, SIMILAR_IDS, withRuns } from "../sample-runtime-records.ts";
import type { OpenStore } from "../store-conformance.ts";
import { newPlace } from "./place.ts";

interface Traces {
  readonly userId: string;
  readonly session: Session;
  readonly runs: readonly NewRun[];
}

/** A user with two memories (three versions), a session, two runs, a log and a signal each, and a key. */
async function leaveTraces(store: Store, userId: string): Promise<Traces> {
  const { session, runs } = await withRuns(store, 2, { ownerId: userId });
  for (const { id } of runs) {
    await store.append(id, [{ type: "message.sent", content: userId, atMs: 1, witness: "runtime" }], 0);
    await store.addSignal({ id: makeId(), runId: id, atMs: 1, by: userId, body: { kind: "cancel" } });
  }
  const scope = { kind: "user", id: userId } as const;
  for (const key of ["pet", "pet", "food"]) {
    await store.writeMemory({ scope, key, value: "remembered", writeId: makeId(), atMs: 1 });
  }
  await store.createApiKey(sampleKey({ name: `key of ${userId}`, userId, hash: `hash ${userId}` }));
  return { userId, session, runs };
}

async function countTraces(store: Store, { userId, session, runs }: Traces): Promise<number[]> {
  const scope: MemoryScope = { kind: "user", id: userId };
  const logs = await Promise.all(runs.map(({ id }) => store.read(id)));
  const signals = await Promise.all(runs.map(({ id }) => store.listSignals(id)));
  return [
    (await store.listMemory(scope, { limit: 100 })).length,
    (await store.listMemoryVersions(scope, "pet", 100)).length,
    (await store.searchMemory(scope, "remembered", 100)).length,
    (await store.listSessions({ limit: 100, ownerId: userId })).length,
    (await store.listRuns({ limit: 100, ownerId: userId })).length,
    (await store.listSessionRuns(session.id, { limit: 100 })).length,
    logs.flat().length,
    signals.flat().length,
  ];
}

export function describeErasing(openAt: OpenStore): void {
  describeErasingMemory(openAt);
  describeErasingUsers(openAt);
}

function describeErasingMemory(openAt: OpenStore): void {
  test("erasing a key takes every version of it and nothing else", async () => {
    const store = await openAt(newPlace());
    const scope: MemoryScope = { kind: "user", id: "ada" };
    for (const id of SIMILAR_IDS) {
      for (const value of ["one", "two"]) {
        await store.writeMemory({ scope, key: id, value, writeId: makeId(), atMs: 1 });
      }
    }
    expect(await store.eraseMemory(scope, "a%")).toBe(1);
    expect(await store.eraseMemory(scope, "a%")).toBe(0);
    expect(await store.listMemoryVersions(scope, "a%", 10)).toEqual([]);
    expect((await store.listMemory(scope, { limit: 100 })).length).toBe(SIMILAR_IDS.length - 1);
    expect(await store.eraseMemory({ kind: "agent", id: "ada" })).toBe(0);
    expect(await store.eraseMemory(scope)).toBe(SIMILAR_IDS.length - 1);
    expect(await store.listMemory(scope, { limit: 100 })).toEqual([]);
    const again = await store.writeMemory({
      scope,
      key: "a",
      value: "new",
      writeId: makeId(),
      atMs: 1,
      expectedVersion: 0,
    });
    expect(again.version).toBe(1);
  });
}

function describeErasingUsers(openAt: OpenStore): void {
  test("a user who is erased leaves nothing, and nobody who looks alike loses anything", async () => {
    const store = await openAt(newPlace());
    const users = [];
    for (const id of SIMILAR_IDS) users.push(await leaveTraces(store, id));
    const agent = { kind: "agent", id: "a" } as const;
    await store.writeMemory({ scope: agent, key: "k", value: "remembered", writeId: makeId(), atMs: 1 });
    expect(await store.eraseUser("a")).toEqual({ memories: 2, sessions: 1, runs: 2 });
    for (const traces of users) {
      const wanted = traces.userId === "a" ? [0, 0, 0, 0, 0, 0, 0, 0] : [2, 2, 2, 1, 2, 2, 2, 2];
      expect(await countTraces(store, traces), JSON.stringify(traces.userId)).toEqual(wanted);
    }
    expect((await store.findApiKey("hash a"))?.userId).toBe("a");
    expect((await store.listMemory(agent, { limit: 10 })).length).toBe(1);
    expect(await store.eraseUser("a")).toEqual({ memories: 0, sessions: 0, runs: 0 });
    expect(await store.eraseUser("nobody")).toEqual({ memories: 0, sessions: 0, runs: 0 });
  });

  test("messages to webhooks that tell of an erased user's runs go with them", async () => {
    const store = await openAt(newPlace());
    const [gone, kept] = [await leaveTraces(store, "gone"), await leaveTraces(store, "kept")];
    const [everybody, own] = [sampleWebhook(), sampleWebhook({ ownerId: "gone" })];
    for (const webhook of [everybody, own]) await store.createWebhook(webhook);
    const tellsOf = ({ runs }: Traces) =>
      sampleDelivery(everybody.id, { body: { type: "run.ended", run: { id: runs[1]?.id ?? "" } } });
    const [ofGone, ofKept] = [tellsOf(gone), tellsOf(kept)];
    await store.addDeliveries([ofGone, ofKept, sampleDelivery(own.id)]);
    await store.eraseUser("gone");
    expect((await store.listDeliveries(everybody.id, 10)).map(({ id }) => id)).toEqual([ofKept.id]);
    expect(await store.listDeliveries(own.id, 10)).toEqual([]);
  });

  test("a worker that goes on with an erased user's run is fenced off", async () => {
    const store = await openAt(newPlace());
    const { runs } = await leaveTraces(store, "gone");
    const id = runs[0]?.id ?? makeId();
    await store.claimRun({ id, workerId: "w", from: ["queued"], atMs: 1 });
    await store.eraseUser("gone");
    const late = store.append(id, [{ type: "message.sent", content: "late", atMs: 2, witness: "runtime" }], 1);
    await expect(late).rejects.toMatchObject({ code: "log.conflict" });
    expect(await store.pauseRun({ id, workerId: "w", on: "sleep", wakeAtMs: 1, seenPosition: 0 })).toBe(false);
    expect(await store.endRun({ id, outcome: "answered", atMs: 3, sessionState: { late: true } })).toBe(false);
    expect(await store.findRun(id)).toBeUndefined();
  });
}
