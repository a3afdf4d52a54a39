import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import type { ObservedSpan } from "../../../domain/index.ts";
import { makeId } from "../../../testing/sample-records.ts";
import { newTraceId, sampleSpan, sampleSummary } from "../../../testing/sample-trace-records.ts";
import type { Store } from "../../store.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "aegis-grown-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "store.db");
}

const ALL = { quietSinceMs: Number.MAX_SAFE_INTEGER, limit: 100 };
const inOrder = (spans: Iterable<ObservedSpan>) =>
  [...spans].toSorted((left, right) => (left.spanId < right.spanId ? -1 : 1));

/** A conversation so far, as telemetry tells it: half a character at some ends, and one name that is special in objects. */
function promptOf(length: number): string {
  const items = Array.from({ length }, (_, index) => `{"role":"user","content":"${`turn ${index} 🐢 `.repeat(9)}"}`);
  return `[${items.join()}]`;
}

const anyStep = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("add" as const),
      by: fc.nat(1),
      /** At once, not one after the other. */
      parts: fc.array(fc.record({ trace: fc.nat(2), turns: fc.array(fc.nat(9), { minLength: 1, maxLength: 3 }) }), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
  },
  fc.record({ kind: fc.constant("settle" as const), by: fc.nat(1) }),
  fc.record({ kind: fc.constant("pack" as const), by: fc.nat(1) }),
  fc.record({ kind: fc.constant("remove" as const), by: fc.nat(1) }),
);

type Step = typeof anyStep extends fc.Arbitrary<infer Value> ? Value : never;

/** Two processes' worth of stores on one file, and what must be in it. */
class Checked {
  readonly #stores: readonly Store[];
  readonly #traceIds = [newTraceId(), newTraceId(), newTraceId()];
  readonly #wanted = new Map<string, Map<string, ObservedSpan>>();
  #count = 0;

  constructor(stores: readonly Store[]) {
    this.#stores = stores;
  }

  async do(step: Step): Promise<void> {
    const store = this.#stores[step.by]!;
    if (step.kind === "add") await Promise.all(step.parts.map((part) => this.#add(store, part)));
    else if (step.kind === "pack") await store.packTraces(100);
    else if (step.kind === "settle") await this.#settle(store);
    else {
      await this.#settle(store);
      await store.removeTraces({ startedBeforeMs: Infinity, limit: 100 });
      this.#wanted.clear();
    }
  }

  wanted(): readonly ObservedSpan[] {
    return this.#traceIds.flatMap((traceId) => inOrder(this.#wanted.get(traceId)?.values() ?? []));
  }

  async readBy(by: 0 | 1): Promise<readonly ObservedSpan[]> {
    const read = await Promise.all(this.#traceIds.map((traceId) => this.#stores[by]!.readSpans(traceId)));
    return read.flatMap(inOrder);
  }

  async #add(store: Store, { trace, turns }: { readonly trace: number; readonly turns: readonly number[] }) {
    const traceId = this.#traceIds[trace]!;
    const spans = turns.map((length) => {
      const spanId = (this.#count += 1).toString(16).padStart(16, "0");
      const attributes = { prompt: promptOf(length), ["__proto__"]: promptOf(length), other: promptOf(9 - length) };
      return sampleSpan(traceId, { spanId, attributes });
    });
    const known = this.#wanted.get(traceId) ?? new Map<string, ObservedSpan>();
    this.#wanted.set(traceId, known);
    for (const span of spans) known.set(span.spanId, span);
    await store.addSpans([{ traceId, spans }], { atMs: 1, makeId });
  }

  async #settle(store: Store): Promise<void> {
    for (const trace of await store.listUnsettled(ALL)) {
      const { runId, traceId, lastPart } = trace;
      expect(inOrder(await store.readUnsettled(trace))).toEqual(inOrder(this.#wanted.get(traceId)!.values()));
      await store.saveTraces([{ summary: sampleSummary({ runId, traceId }), words: "", lastPart }]);
    }
  }
}

test("whoever adds, settles, packs and removes in whatever order: every span is read as it came", async () => {
  const path = newFile();
  await using first = await openSqliteStore({ path });
  await using second = await openSqliteStore({ path });
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 3, maxLength: 12 }), async (steps) => {
      const checked = new Checked([first, second]);
      for (const step of steps) await checked.do(step);
      expect(await checked.readBy(0)).toEqual(checked.wanted());
      expect(await checked.readBy(1)).toEqual(checked.wanted());
      await checked.do({ kind: "remove", by: 0 });
    }),
    { endOnFailure: true, numRuns: Number(process.env["AEGIS_TEST_FUZZ"] || 150) },
  );
}, 600_000);

test("what a conversation repeats is written once, until somebody else adds to its trace", async () => {
  const path = newFile();
  await using store = await openSqliteStore({ path });
  await using other = await openSqliteStore({ path });
  const traceId = newTraceId();
  const add = (by: Store, length: number) => {
    const span = sampleSpan(traceId, {
      spanId: length.toString(16).padStart(16, "0"),
      attributes: { prompt: promptOf(length) },
    });
    return by.addSpans([{ traceId, spans: [span] }], { atMs: 1, makeId });
  };
  const sizes = () => {
    using db = new DatabaseSync(path, { readOnly: true });
    return db
      .prepare("SELECT length(spans) AS size FROM span_part ORDER BY number")
      .all()
      .map((row) => Number(row["size"]));
  };
  await Promise.all([20, 21, 22, 23].map((length) => add(store, length)));
  const [whole = 0, ...grown] = sizes();
  expect(grown.every((size) => size < whole / 3)).toBe(true);
  await add(other, 24);
  await add(store, 25);
  expect(
    sizes()
      .slice(4)
      .every((size) => size > whole),
  ).toBe(true);
  // From then on it is alone again.
  await add(store, 26);
  await add(store, 27);
  expect(sizes()[7]).toBeLessThan(whole / 3);
  expect((await store.readSpans(traceId)).map(({ attributes }) => attributes["prompt"])).toEqual(
    [20, 21, 22, 23, 24, 25, 26, 27].map(promptOf),
  );
});
