import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { makeId } from "../../../testing/sample-records.ts";
import { newTraceId, sampleSpan, sampleSummary } from "../../../testing/sample-trace-records.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

const folder = mkdtempSync(join(tmpdir(), "aegis-reader-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([join(folder, "store.db"), ":memory:"])("what was answered is listed at once, in %s", async (path) => {
  const store = await openSqliteStore({ path });
  for (let count = 1; count <= 50; count += 1) {
    await store.saveTraces([{ summary: sampleSummary(), words: "word" }]);
    expect((await store.listTraces({ limit: 100 })).length).toBe(count);
    expect((await store.listTraces({ limit: 100, text: "word" })).length).toBe(count);
  }
  await store[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  await expect(store.listTraces({ limit: 1 })).rejects.toMatchObject({ code: "store.unavailable" });
});

test("a store that was read and written to leaves no write-ahead log when it is closed", async () => {
  const path = join(folder, "closed.db");
  const store = await openSqliteStore({ path });
  const traceId = newTraceId();
  const reading = Array.from({ length: 20 }, () => store.listTraces({ limit: 1 }));
  await store.addSpans([{ traceId, spans: [sampleSpan(traceId)] }], { atMs: 1, makeId });
  await store[Symbol.asyncDispose]();
  await Promise.allSettled(reading);
  expect(existsSync(`${path}-wal`)).toBe(false);
  const again = await openSqliteStore({ path, readOnly: true });
  expect((await again.readSpans(traceId)).length).toBe(1);
  expect(await again.listTraces({ limit: 1 })).toEqual([]);
  await again[Symbol.asyncDispose]();
});
