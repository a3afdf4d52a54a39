import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TraceSummary } from "../../../domain/index.ts";
import { makeId } from "../../../testing/sample-records.ts";
import { sampleSummary } from "../../../testing/sample-trace-records.ts";
import type { Store } from "../../store.ts";
import type { TraceQuery } from "../../trace-store.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

const folder = mkdtempSync(join(tmpdir(), "aegis-stretches-"));
const path = join(folder, "store.db");
let store: Store;

/** Enough for several stretches of the full-text index; three begin in each millisecond. */
const TRACES: readonly TraceSummary[] = Array.from({ length: 13_000 }, (_, index) =>
  sampleSummary({ runId: makeId(), startedAtMs: 1_000 + Math.floor(index / 3), title: String(index) }),
);

const wordsOf = (index: number) => `common order${index % 7} ${index % 1_500 === 0 ? "rare" : ""} w${index}`;

beforeAll(async () => {
  store = await openSqliteStore({ path });
  // As they come: nearly in order.
  const settled = TRACES.map((summary, index) => ({ summary, words: wordsOf(index) }));
  for (let at = 0; at < settled.length; at += 500) await store.saveTraces(settled.slice(at, at + 500).toReversed());
}, 120_000);
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const newestFirst = (left: TraceSummary, right: TraceSummary) =>
  right.startedAtMs - left.startedAtMs || (left.runId < right.runId ? 1 : -1);

const withWord = (isIt: (words: string) => boolean) =>
  TRACES.filter((_, index) => isIt(wordsOf(index)))
    .toSorted(newestFirst)
    .map(({ title }) => title);

async function pagesOf(query: Omit<TraceQuery, "limit">, limit: number): Promise<string[]> {
  const seen: string[] = [];
  for (let before: TraceQuery["before"]; ;) {
    const page = await store.listTraces({ limit, ...query, ...(before && { before }) });
    seen.push(...page.map(({ title }) => title));
    before = page.at(-1);
    // Only the last page is not full.
    if (page.length < limit) return seen;
  }
}

test.each([
  { text: "comm", limit: 97, wanted: withWord(() => true) },
  { text: "common ord", limit: 1_000, wanted: withWord(() => true) },
  { text: "order3", limit: 50, wanted: withWord((words) => words.includes("order3 ")) },
  { text: "common rare", limit: 2, wanted: withWord((words) => words.includes("rare")) },
  { text: "rare comm", limit: 4, wanted: withWord((words) => words.includes("rare")) },
  { text: "rare order3", limit: 5, wanted: withWord((words) => /rare/.test(words) && words.includes("order3 ")) },
  // Seven words begin so: more than stand for a beginning.
  { text: "rare ord", limit: 4, wanted: withWord((words) => words.includes("rare")) },
  { text: "rare order", limit: 100, wanted: withWord((words) => words.includes("rare")) },
  { text: "rare w1", limit: 3, wanted: withWord((words) => /rare w1/.test(words)) },
  { text: "order2 rare w4", limit: 3, wanted: withWord((words) => /order2 rare w4/.test(words)) },
  { text: "rare zz", limit: 3, wanted: [] },
  { text: "w12999", limit: 5, wanted: ["12999"] },
  { text: "common w0", limit: 5, wanted: ["0"] },
  { text: "common w5000", limit: 5, wanted: ["5000"] },
])("pages of $text go through all stretches, newest first", async ({ text, limit, wanted }) => {
  expect(await pagesOf({ text }, limit)).toEqual(wanted);
});

test.each([
  { text: "common", limit: 500, isIt: () => true },
  { text: "rare comm", limit: 2, isIt: (words: string) => words.includes("rare") },
  { text: "rare ord", limit: 2, isIt: (words: string) => words.includes("rare") },
])("times narrow the stretches that are looked at for $text", async ({ text, limit, isIt }) => {
  const query = { text, startedFromMs: 2_000, startedToMs: 4_000 };
  const wanted = TRACES.filter(
    ({ startedAtMs }, index) => startedAtMs >= 2_000 && startedAtMs < 4_000 && isIt(wordsOf(index)),
  );
  expect(wanted.length).toBeGreaterThan(limit);
  expect(await pagesOf(query, limit)).toEqual(wanted.toSorted(newestFirst).map(({ title }) => title));
});

test("a trace that moves into another stretch is found there, and only there", async () => {
  const moved = { ...TRACES[12_000]!, startedAtMs: 1_001.5, title: "moved" };
  await store.saveTraces([{ summary: moved, words: "common unheard" }]);
  expect(await pagesOf({ text: "unheard" }, 10)).toEqual(["moved"]);
  expect(await pagesOf({ text: "w12000" }, 10)).toEqual([]);
  await store.saveTraces([{ summary: TRACES[12_000]!, words: wordsOf(12_000) }]);
  expect(await pagesOf({ text: "w12000" }, 10)).toEqual(["12000"]);
  expect(await pagesOf({ text: "unheard" }, 10)).toEqual([]);
});

test("a stretch takes some thousand traces, and what comes late goes to one that is there", async () => {
  const late = Array.from({ length: 10 }, (_, index) => sampleSummary({ startedAtMs: 500 + index, title: "late" }));
  await store.saveTraces(late.map((summary) => ({ summary, words: "latecomer" })));
  expect((await pagesOf({ text: "latecomer" }, 3)).length).toBe(10);
  const db = new DatabaseSync(path, { readOnly: true });
  const stretches = db.prepare("SELECT number, trace_count FROM trace_stretch ORDER BY first_bucket").all();
  db.close();
  expect(stretches.map((stretch) => stretch["number"])).toEqual([0, 1, 2, 3]);
});
