import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { makeId } from "../../../testing/sample-records.ts";
import { newTraceId, sampleSpan, sampleSummary } from "../../../testing/sample-trace-records.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

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
  const size = () => {
    using db = new DatabaseSync(path, { readOnly: true });
    return db.prepare("SELECT count(*) AS rows, sum(length(spans)) AS bytes FROM span_part").get();
  };
  const before = size();
  expect(before).toMatchObject({ rows: 10 });
  expect(await store.packTraces(10)).toBe(1);
  const after = size();
  expect(after).toMatchObject({ rows: 1 });
  // Random letters: half of their size is what they are.
  expect(Number(after?.["bytes"])).toBeLessThan(Number(before?.["bytes"]) / 6);
  expect(await store.readSpans(traceId)).toEqual(spans);
});
