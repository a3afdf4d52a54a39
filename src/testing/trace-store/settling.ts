import { expect, test } from "vitest";
import type { Store } from "../../store/index.ts";
import { newPlace } from "../runtime-store/place.ts";
import { makeId } from "../sample-records.ts";
import { newTraceId, sampleSpan, sampleSummary } from "../sample-trace-records.ts";
import type { OpenStore } from "../store-conformance.ts";

async function addPart(store: Store, traceId: string, atMs: number): Promise<void> {
  const spans = [sampleSpan(traceId, { spanId: makeId().slice(-16).toLowerCase() })];
  await store.addSpans([{ traceId, spans }], { atMs, makeId });
}

const unsettledOf = (store: Store, quietSinceMs = 1_000) => store.listUnsettled({ quietSinceMs, limit: 100 });

/** What a settler would write for the trace as it stands. */
async function settledOf(store: Store, traceId: string) {
  const trace = (await unsettledOf(store)).find((each) => each.traceId === traceId);
  if (trace === undefined) throw new Error(`${traceId} is settled`);
  const { runId, lastPart } = trace;
  return { summary: sampleSummary({ traceId, runId, spanCount: lastPart }), words: `part${lastPart}`, lastPart };
}

export function describeSettling(openAt: OpenStore): void {
  describeUnsettled(openAt);
  describeSettlingTogether(openAt);
  describeSettlingAgain(openAt);
}

function describeUnsettled(openAt: OpenStore): void {
  test("traces that have been quiet are to be settled, longest quiet first, until they are", async () => {
    const store = await openAt(newPlace());
    const [early, late, busy] = [newTraceId(), newTraceId(), newTraceId()];
    for (const [traceId, atMs] of [
      [busy, 1],
      [late, 20],
      [early, 10],
      [busy, 50],
      [busy, 40],
    ] as const) {
      await addPart(store, traceId, atMs);
    }
    expect((await unsettledOf(store, 30)).map(({ traceId }) => traceId)).toEqual([early, late]);
    expect((await unsettledOf(store, 20)).map(({ traceId }) => traceId)).toEqual([early]);
    // Quiet since the latest of its parts, though a part came that says an earlier time.
    expect((await unsettledOf(store, 50)).map(({ traceId }) => traceId)).toEqual([early, late]);
    expect((await store.listUnsettled({ quietSinceMs: 99, limit: 1 })).map(({ traceId }) => traceId)).toEqual([early]);
    await store.saveTraces([await settledOf(store, early)]);
    expect((await unsettledOf(store)).map(({ traceId }) => traceId)).toEqual([late, busy]);
  });

  test("a span that comes late makes a trace unsettled again, and its summary is replaced", async () => {
    const store = await openAt(newPlace());
    const traceId = newTraceId();
    await addPart(store, traceId, 1);
    const first = await settledOf(store, traceId);
    await store.saveTraces([first]);
    expect(await unsettledOf(store)).toEqual([]);
    await addPart(store, traceId, 2);
    const second = await settledOf(store, traceId);
    expect(second.summary.runId).toBe(first.summary.runId);
    // A span that began before the others moves the whole trace.
    const moved = { ...second, summary: { ...second.summary, startedAtMs: 5 } };
    await store.saveTraces([moved]);
    expect(await store.listTraces({ limit: 10 })).toEqual([moved.summary]);
    expect(await store.listTraces({ limit: 10, text: "part2" })).toEqual([moved.summary]);
    expect(await store.listTraces({ limit: 10, text: "part1" })).toEqual([]);
  });

  test("a part that comes between reading and saving leaves the trace unsettled", async () => {
    const store = await openAt(newPlace());
    const traceId = newTraceId();
    await addPart(store, traceId, 1);
    const read = await settledOf(store, traceId);
    await addPart(store, traceId, 2);
    await store.saveTraces([read]);
    expect(await store.findTrace(traceId)).toEqual(read.summary);
    const [left] = await unsettledOf(store);
    expect(left).toEqual({ traceId, runId: read.summary.runId, lastPart: 2 });
  });
}

function describeSettlingTogether(openAt: OpenStore): void {
  test("of two who settle at once, the one who knew less does not win", async () => {
    const store = await openAt(newPlace());
    const traceId = newTraceId();
    await addPart(store, traceId, 1);
    const less = await settledOf(store, traceId);
    await addPart(store, traceId, 2);
    const more = await settledOf(store, traceId);
    await store.saveTraces([more]);
    await store.saveTraces([less]);
    expect(await store.listTraces({ limit: 10 })).toEqual([more.summary]);
    expect(await store.listTraces({ limit: 10, text: "part1" })).toEqual([]);
    expect(await unsettledOf(store)).toEqual([]);
    await store.saveTraces([more]);
    expect(await store.listTraces({ limit: 10, text: "part2" })).toEqual([more.summary]);
  });

  test("stores that settle the same traces at once leave each there once", async () => {
    const at = newPlace();
    const stores = [await openAt(at), await openAt(at)];
    const traceIds = Array.from({ length: 20 }, newTraceId);
    for (const traceId of traceIds) await addPart(stores[0]!, traceId, 1);
    const settled = await Promise.all(traceIds.map((traceId) => settledOf(stores[0]!, traceId)));
    await Promise.all(
      [settled, settled.toReversed(), settled].map((some, index) => stores[index % 2]!.saveTraces(some)),
    );
    expect((await stores[0]!.listTraces({ limit: 100 })).length).toBe(20);
    expect((await stores[1]!.listTraces({ limit: 100, text: "part1" })).length).toBe(20);
    expect(await unsettledOf(stores[1]!)).toEqual([]);
  });

  test("what was not settled when a process died is settled by the next", async () => {
    const at = newPlace();
    const traceId = newTraceId();
    const first = await openAt(at);
    await addPart(first, traceId, 1);
    await first[Symbol.asyncDispose]();
    const second = await openAt(at);
    const settled = await settledOf(second, traceId);
    await second.saveTraces([settled]);
    expect(await second.findTrace(settled.summary.runId)).toEqual(settled.summary);
    expect(await unsettledOf(second)).toEqual([]);
  });
}

function describeSettlingAgain(openAt: OpenStore): void {
  test("a trace that was removed is not brought back by whoever was about to settle it", async () => {
    const store = await openAt(newPlace());
    const traceId = newTraceId();
    await addPart(store, traceId, 1);
    await store.saveTraces([await settledOf(store, traceId)]);
    await addPart(store, traceId, 2);
    const late = await settledOf(store, traceId);
    expect(await store.removeTraces({ startedBeforeMs: Number.MAX_SAFE_INTEGER, limit: 10 })).toBe(1);
    await store.saveTraces([late]);
    expect(await store.listTraces({ limit: 10 })).toEqual([]);
    await addPart(store, traceId, 3);
    const anew = await settledOf(store, traceId);
    expect(anew).toMatchObject({ lastPart: 1 });
    await store.saveTraces([anew]);
    expect(await store.findTrace(traceId)).toEqual(anew.summary);
  });

  test("whatever is written after a summary is written", async () => {
    const store = await openAt(newPlace());
    await store.saveTraces([{ summary: sampleSummary(), words: "word" }]);
    const runId = makeId<"run">();
    await store.append(runId, [{ type: "message.sent", content: "x", atMs: 1, witness: "runtime" }], 0);
    await addPart(store, newTraceId(), 1);
    expect((await store.read(runId)).length).toBe(1);
  });

  test("runs that came as no spans are saved, and saved again, as they are", async () => {
    const store = await openAt(newPlace());
    const summary = sampleSummary({ origin: "live" });
    await store.saveTraces([{ summary, words: "one" }]);
    await store.saveTraces([{ summary: { ...summary, title: "again" }, words: "two" }]);
    await store.saveTraces([]);
    expect(await store.listTraces({ limit: 10 })).toEqual([{ ...summary, title: "again" }]);
    expect(await store.listTraces({ limit: 10, text: "one" })).toEqual([]);
    expect((await store.listTraces({ limit: 10, text: "two" })).length).toBe(1);
  });
}
