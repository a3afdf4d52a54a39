import { expect, test } from "vitest";
import type { ObservedSpan } from "../../domain/index.ts";
import { newPlace, withCode } from "../runtime-store/place.ts";
import { makeId } from "../sample-records.ts";
import { HOSTILE_TEXTS } from "../sample-runtime-records.ts";
import { newTraceId, sampleSpan, sampleSummary } from "../sample-trace-records.ts";
import type { OpenStore } from "../store-conformance.ts";

const place = { atMs: 5, makeId } as const;
const idOf = (number: number) => number.toString(16).padStart(16, "0");

export function describeSpans(openAt: OpenStore): void {
  describeParts(openAt);
  describeUnsettled(openAt);
  describePacking(openAt);
  describeSpanContent(openAt);

  test("spans are there when the place is opened again", async () => {
    const at = newPlace();
    const traceId = newTraceId();
    const first = await openAt(at);
    const runIds = await first.addSpans([{ traceId, spans: [sampleSpan(traceId)] }], place);
    await first[Symbol.asyncDispose]();
    const second = await openAt(at);
    expect(await second.readSpans(traceId)).toEqual([sampleSpan(traceId)]);
    const again = await second.addSpans([{ traceId, spans: [sampleSpan(traceId, { spanId: idOf(1) })] }], place);
    expect(again).toEqual(runIds);
  });
}

function describeParts(openAt: OpenStore): void {
  test("a trace is one run, however many parts it comes in", async () => {
    const store = await openAt(newPlace());
    const [left, right, none] = [newTraceId(), newTraceId(), newTraceId()];
    const runIds = await store.addSpans(
      [
        { traceId: left, spans: [sampleSpan(left, { spanId: idOf(1) })] },
        { traceId: right, spans: [sampleSpan(right)] },
        { traceId: left, spans: [sampleSpan(left, { spanId: idOf(2) })] },
        { traceId: none, spans: [] },
      ],
      place,
    );
    expect([...runIds.keys()].toSorted()).toEqual([left, right].toSorted());
    expect(new Set(runIds.values()).size).toBe(2);
    const more = await store.addSpans([{ traceId: left, spans: [sampleSpan(left, { spanId: idOf(3) })] }], place);
    expect(more).toEqual(new Map([[left, runIds.get(left)]]));
    expect((await store.readSpans(left)).map(({ spanId }) => spanId)).toEqual([1, 2, 3].map(idOf));
    expect(await store.readSpans(right)).toEqual([sampleSpan(right)]);
    expect(await store.readSpans(none)).toEqual([]);
    expect(await store.addSpans([], place)).toEqual(new Map());
  });

  test("a span that comes twice is there once, as it came last", async () => {
    const store = await openAt(newPlace());
    const traceId = newTraceId();
    const begun = sampleSpan(traceId, { name: "begun" });
    const ended = sampleSpan(traceId, { name: "ended" });
    for (const spans of [[begun], [ended, ended], [begun, ended]]) await store.addSpans([{ traceId, spans }], place);
    expect(await store.readSpans(traceId)).toEqual([ended]);
  });

  test("spans are read in order of start, then of id, whichever way they came", async () => {
    const store = await openAt(newPlace());
    // More digits than a number holds; a longer one is later.
    const starts = ["999", "1700000000000000000", "1700000000000000001", "1700000000000000001", "20000000000000000000"];
    const traceId = newTraceId();
    const spans = starts.map((startNs, index) =>
      sampleSpan(traceId, { startNs, spanId: idOf([9, 5, 2, 3, 1][index]!) }),
    );
    for (const index of [3, 0, 4, 2, 1]) {
      await store.addSpans([{ traceId, spans: spans.slice(index, index + 1) }], { ...place, atMs: 100 - index });
    }
    expect(await store.readSpans(traceId)).toEqual(spans);
  });

  test("writers at once lose nothing, and agree on the runs", async () => {
    const at = newPlace();
    const stores = [await openAt(at), await openAt(at)];
    const traceIds = Array.from({ length: 5 }, newTraceId);
    const rounds = Array.from({ length: 20 }, (_, round) => {
      const ids = round % 2 === 0 ? traceIds : traceIds.toReversed();
      const parts = ids.map((traceId) => ({ traceId, spans: [sampleSpan(traceId, { spanId: idOf(round) })] }));
      return stores[round % 2]!.addSpans(parts, place);
    });
    const answers = await Promise.all(rounds);
    for (const traceId of traceIds) {
      expect(new Set(answers.map((answer) => answer.get(traceId))).size).toBe(1);
      expect((await stores[0]!.readSpans(traceId)).length).toBe(20);
    }
    const unsettled = await stores[1]!.listUnsettled({ quietSinceMs: 6, limit: 10 });
    expect(unsettled.map(({ lastPart }) => lastPart)).toEqual([20, 20, 20, 20, 20]);
  });
}

const ALL = { quietSinceMs: Number.MAX_SAFE_INTEGER, limit: 1_000 };

function describeUnsettled(openAt: OpenStore): void {
  test("what is read to settle a trace is what is kept, whoever kept it and however often it is read", async () => {
    const at = newPlace();
    const stores = [await openAt(at), await openAt(at)] as const;
    const [own, shared, begun, ended] = [newTraceId(), newTraceId(), newTraceId(), newTraceId()];
    const add = (by: 0 | 1, traceId: string, number: number) => {
      const span = sampleSpan(traceId, {
        spanId: idOf(number % 7),
        name: String(number),
        startNs: String(100 - number),
      });
      return stores[by].addSpans([{ traceId, spans: [span] }], place);
    };
    for (let number = 0; number < 12; number += 1) {
      await add(0, own, number);
      await add(number === 4 ? 1 : 0, shared, number);
      await add(number === 0 ? 1 : 0, begun, number);
      await add(number === 11 ? 1 : 0, ended, number);
    }
    for (const round of [1, 2]) {
      const unsettled = await stores[0].listUnsettled(ALL);
      expect(unsettled.length, `round ${round}`).toBe(4);
      for (const trace of unsettled) {
        expect(await stores[0].readUnsettled(trace)).toEqual(await stores[1].readSpans(trace.traceId));
      }
      for (const traceId of [own, shared, begun, ended]) await add(0, traceId, 20 + round);
    }
  });

  test("a trace that was removed and comes again is read as it is now", async () => {
    const store = await openAt(newPlace());
    const traceId = newTraceId();
    const old = sampleSpan(traceId, { spanId: idOf(1) });
    await store.addSpans([{ traceId, spans: [old] }], place);
    const [trace] = await store.listUnsettled(ALL);
    const summary = sampleSummary({ runId: trace!.runId, traceId, startedAtMs: 10 });
    await store.saveTraces([{ summary, words: "", lastPart: trace!.lastPart }]);
    await store.removeTraces({ startedBeforeMs: 11, limit: 10 });
    expect(await store.readUnsettled(trace!)).toEqual([]);
    const young = sampleSpan(traceId, { spanId: idOf(2) });
    await store.addSpans([{ traceId, spans: [young] }], place);
    const [again] = await store.listUnsettled(ALL);
    expect(await store.readUnsettled(again!)).toEqual([young]);
  });

  test("what another process has settled and removed does not come back with what comes later", async () => {
    const at = newPlace();
    const [store, other] = [await openAt(at), await openAt(at)];
    const traceId = newTraceId();
    await store.addSpans([{ traceId, spans: [sampleSpan(traceId, { spanId: idOf(1) })] }], place);
    const [trace] = await other.listUnsettled(ALL);
    const summary = sampleSummary({ runId: trace!.runId, traceId, startedAtMs: 10 });
    await other.saveTraces([{ summary, words: "", lastPart: trace!.lastPart }]);
    await other.removeTraces({ startedBeforeMs: 11, limit: 10 });
    const young = sampleSpan(traceId, { spanId: idOf(2) });
    const runIds = await store.addSpans([{ traceId, spans: [young] }], place);
    expect(runIds.get(traceId)).not.toBe(trace!.runId);
    const [again] = await store.listUnsettled(ALL);
    expect(await store.readUnsettled(again!)).toEqual([young]);
  });
}

function describePacking(openAt: OpenStore): void {
  test("packed spans are as they were, those that come later too, and are packed once", async () => {
    const store = await openAt(newPlace());
    const traceIds = Array.from({ length: 5 }, newTraceId);
    const add = (number: number) => {
      const parts = traceIds.map((traceId) => ({
        traceId,
        spans: HOSTILE_TEXTS.map((text, index) =>
          sampleSpan(traceId, {
            spanId: idOf(number * 50 + index),
            name: text,
            attributes: { [text]: text.repeat(9) },
          }),
        ),
      }));
      return store.addSpans(parts, place);
    };
    const settle = async () => {
      const unsettled = await store.listUnsettled(ALL);
      await store.saveTraces(
        unsettled.map(({ runId, traceId, lastPart }) => ({
          summary: sampleSummary({ runId, traceId }),
          words: "",
          lastPart,
        })),
      );
    };
    const pack = async () => {
      let count = 0;
      for (let packed = -1; packed !== 0; count += packed) packed = await store.packTraces(2);
      return count;
    };
    const read = () => Promise.all(traceIds.map((traceId) => store.readSpans(traceId)));
    await add(1);
    await add(2);
    expect(await pack()).toBe(0);
    await settle();
    await add(3);
    const before = await read();
    const first = await pack();
    expect([0, 5]).toContain(first);
    expect(await read()).toEqual(before);
    await settle();
    await add(4);
    const after = await read();
    expect(await pack()).toBe(first);
    expect(await pack()).toBe(0);
    expect(await read()).toEqual(after);
    expect(after.map((spans) => spans.length)).toEqual(traceIds.map(() => 4 * HOSTILE_TEXTS.length));
  });
}

function describeSpanContent(openAt: OpenStore): void {
  test.each(HOSTILE_TEXTS)("a span with %j in every text comes back as it was", async (text) => {
    const store = await openAt(newPlace());
    const traceId = newTraceId();
    const span: ObservedSpan = sampleSpan(traceId, {
      name: text,
      attributes: { [text]: [text, { [text]: text }], half: "\udc00", nul: "a\u0000b", key: "\\u0000" },
      events: [{ name: text, timeNs: "1", attributes: { [text]: text } }],
      links: [{ traceId, spanId: text }],
      status: { code: "error", message: text },
      resource: { [text]: text },
      scope: { name: text },
    });
    await store.addSpans([{ traceId, spans: [span] }], place);
    expect(await store.readSpans(traceId)).toEqual([span]);
  });

  test.each(["'; DROP TABLE span_part; --", "%", "ＡＢ", "a".repeat(1_000), " "])(
    "the trace id %j is a text",
    async (traceId) => {
      const store = await openAt(newPlace());
      const other = newTraceId();
      const parts = [traceId, other].map((id) => ({ traceId: id, spans: [sampleSpan(id)] }));
      const runIds = await store.addSpans(parts, place);
      expect(await store.readSpans(traceId)).toEqual([sampleSpan(traceId)]);
      expect((await store.listUnsettled({ quietSinceMs: 6, limit: 9 })).map((each) => each.runId).toSorted()).toEqual(
        [...runIds.values()].toSorted(),
      );
    },
  );

  test.each(["half \ud83d", "nul \u0000"])("the trace id %j is refused, and finds nothing", async (traceId) => {
    const store = await openAt(newPlace());
    const adding = store.addSpans([{ traceId, spans: [sampleSpan(traceId)] }], place);
    await expect(adding).rejects.toEqual(withCode("store.bad_text"));
    expect(await store.readSpans(traceId)).toEqual([]);
    expect(await store.findTrace(traceId)).toBeUndefined();
  });

  test("a large span is kept", async () => {
    const store = await openAt(newPlace());
    const traceId = newTraceId();
    const span = sampleSpan(traceId, { attributes: { text: "é\n".repeat(2_000_000) } });
    await store.addSpans([{ traceId, spans: [span] }], place);
    const [kept] = await store.readSpans(traceId);
    expect(kept?.attributes["text"] === span.attributes["text"]).toBe(true);
  });
}
