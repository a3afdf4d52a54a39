import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { makeId } from "../../../testing/sample-records.ts";
import { newTraceId, sampleSpan, sampleSummary } from "../../../testing/sample-trace-records.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

function sizeIn(path: string) {
  using db = new DatabaseSync(path, { readOnly: true });
  return db.prepare("SELECT count(*) AS rows, sum(length(spans)) AS bytes FROM span_part").get();
}

test("what spans repeat of each other is kept once when they are packed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "aegis-pack-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "store.db");
  await using store = await openSqliteStore({ path });
  const traceId = newTraceId();
  const prompt = Array.from({ length: 300 }, () => makeId()).join(" ");
  for (let number = 1; number <= 10; number += 1) {
    const spanId = number.toString(16).padStart(16, "0");
    const span = sampleSpan(traceId, { spanId, attributes: { prompt: prompt.slice(0, 800 * number) } });
    await store.addSpans([{ traceId, spans: [span] }], { atMs: 1, makeId });
  }
  const [unsettled] = await store.listUnsettled({ quietSinceMs: 2, limit: 1 });
  await store.saveTraces([{ summary: sampleSummary({ ...unsettled, traceId }), words: "", lastPart: 10 }]);
  const spans = await store.readSpans(traceId);
  const size = () => sizeIn(path);
  const before = size();
  expect(before).toMatchObject({ rows: 10 });
  expect(await store.packTraces(10)).toBe(1);
  const after = size();
  expect(after).toMatchObject({ rows: 1 });
  // Random letters: half of their size is what they are.
  expect(Number(after?.["bytes"])).toBeLessThan(Number(before?.["bytes"]) / 6);
  expect(await store.readSpans(traceId)).toEqual(spans);
});

test("a trace that would hold up others is left as it is, and holds up no other that is to be packed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "aegis-pack-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "store.db");
  await using store = await openSqliteStore({ path });
  const [long, short] = [newTraceId(), newTraceId()];
  for (const number of [1, 2]) {
    const add = (traceId: string, length: number) => {
      const span = sampleSpan(traceId, { spanId: String(number).repeat(16), attributes: { text: "x".repeat(length) } });
      return store.addSpans([{ traceId, spans: [span] }], { atMs: 1, makeId });
    };
    await add(long, 12_000_000 - number);
    await add(short, 10);
  }
  for (const { runId, traceId, lastPart } of await store.listUnsettled({ quietSinceMs: 2, limit: 2 })) {
    await store.saveTraces([{ summary: sampleSummary({ runId, traceId }), words: "", lastPart }]);
  }
  expect([await store.packTraces(1), await store.packTraces(1), await store.packTraces(1)]).toEqual([1, 1, 0]);
  expect(sizeIn(path)).toMatchObject({ rows: 3 });
  expect((await store.readSpans(long)).length).toBe(2);
});
