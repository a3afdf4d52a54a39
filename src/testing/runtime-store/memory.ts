import { expect, test } from "vitest";
import type { MemoryScope } from "../../domain/index.ts";
import type { Json } from "../../kernel/index.ts";
import type { Store } from "../../store/index.ts";
import { makeId } from "../sample-records.ts";
import { HOSTILE_TEXTS, SIMILAR_IDS } from "../sample-runtime-records.ts";
import type { OpenStore } from "../store-conformance.ts";
import { BAD_TEXTS, newPlace, withCode } from "./place.ts";

const ADA: MemoryScope = { kind: "user", id: "ada" };

function write(store: Store, key: string, more: Partial<Parameters<Store["writeMemory"]>[0]> = {}) {
  return store.writeMemory({ scope: ADA, key, value: "v", writeId: makeId(), atMs: 5.5, ...more });
}

export function describeMemory(openAt: OpenStore): void {
  describeWriting(openAt);
  describeVersions(openAt);
  describeMemoryLists(openAt);
}

function describeWriting(openAt: OpenStore): void {
  test.each<{ value: Json }>([
    { value: null },
    { value: "text \ud800 \u0000" },
    { value: 0.1 },
    { value: false },
    { value: [] },
    { value: { "": [{ deep: [null, "x"] }] } },
  ])("the value $value comes back as it was written", async ({ value }) => {
    const store = await openAt(newPlace());
    const runId = makeId<"run">();
    const entry = await write(store, "k", { value, runId });
    expect(entry).toEqual({ scope: ADA, key: "k", value, version: 1, updatedAtMs: 5.5, runId });
    expect(await store.readMemory(ADA, "k")).toEqual(entry);
    expect((await write(store, "k")).runId).toBeNull();
    expect(await store.readMemory(ADA, "nothing")).toBeUndefined();
  });

  test.each(HOSTILE_TEXTS)("an entry with %j in every text comes back as it was", async (text) => {
    const store = await openAt(newPlace());
    const scope = { kind: "agent", id: text } as const;
    const entry = await write(store, text, { scope, value: { [text]: text }, writeId: text });
    expect(entry).toMatchObject({ scope, key: text, value: { [text]: text } });
    expect(await store.listMemory(scope, { limit: 1, prefix: text })).toEqual([entry]);
    expect(await write(store, text, { scope, writeId: text })).toEqual(entry);
    expect(await store.eraseMemory(scope, text)).toBe(1);
  });

  test.each(BAD_TEXTS)("keys and scopes that a database would change are refused: %j", async (text) => {
    const store = await openAt(newPlace());
    await expect(write(store, text)).rejects.toEqual(withCode("store.bad_text"));
    await expect(write(store, "k", { scope: { kind: "user", id: text } })).rejects.toEqual(withCode("store.bad_text"));
    expect(await store.listMemory(ADA, { limit: 1 })).toEqual([]);
  });

  test("scopes and keys that look alike hold what is their own", async () => {
    const store = await openAt(newPlace());
    const scopes = SIMILAR_IDS.flatMap((id) => [{ kind: "user", id } as const, { kind: "agent", id } as const]);
    for (const scope of scopes) {
      for (const key of SIMILAR_IDS)
        await write(store, key, { scope, value: [scope.kind, scope.id, key], writeId: key });
    }
    for (const scope of scopes) {
      for (const key of SIMILAR_IDS) {
        expect((await store.readMemory(scope, key))?.value).toEqual([scope.kind, scope.id, key]);
      }
      expect((await store.listMemory(scope, { limit: 100 })).length).toBe(SIMILAR_IDS.length);
      const found = await store.searchMemory(scope, "a", 100);
      expect(found.every((entry) => entry.scope.kind === scope.kind && entry.scope.id === scope.id)).toBe(true);
    }
  });
}

function describeVersions(openAt: OpenStore): void {
  test("every write makes a version; reading and listing see the latest, the history all, oldest first", async () => {
    const store = await openAt(newPlace());
    const written = [];
    for (const value of ["one", "two", "three"]) written.push(await write(store, "k", { value }));
    await write(store, "other");
    expect(written.map(({ version }) => version)).toEqual([1, 2, 3]);
    expect(await store.readMemory(ADA, "k")).toEqual(written[2]);
    expect((await store.listMemory(ADA, { limit: 10 })).map(({ key, version }) => [key, version])).toEqual([
      ["k", 3],
      ["other", 1],
    ]);
    expect(await store.listMemoryVersions(ADA, "k", 10)).toEqual(written);
    expect(await store.listMemoryVersions(ADA, "k", 2)).toEqual(written.slice(0, 2));
    expect(await store.listMemoryVersions(ADA, "nothing", 2)).toEqual([]);
  });

  test("a write said again writes nothing and tells the version it made, whatever came after", async () => {
    const store = await openAt(newPlace());
    const first = await write(store, "k", { value: "mine", writeId: "w1", expectedVersion: 0 });
    await write(store, "k", { value: "later", writeId: "w2" });
    expect(await write(store, "k", { value: "changed", writeId: "w1", expectedVersion: 0 })).toEqual(first);
    expect((await store.listMemoryVersions(ADA, "k", 10)).map(({ value }) => value)).toEqual(["mine", "later"]);
    const elsewhere = await write(store, "k", { scope: { kind: "user", id: "ben" }, writeId: "w1" });
    expect([elsewhere.version, elsewhere.value]).toEqual([1, "v"]);
  });

  test.each([
    { written: 0, expectedVersion: 0, isKept: true },
    { written: 0, expectedVersion: 1, isKept: false },
    { written: 2, expectedVersion: 2, isKept: true },
    { written: 2, expectedVersion: 1, isKept: false },
    { written: 2, expectedVersion: 0, isKept: false },
    { written: 2, expectedVersion: 3, isKept: false },
  ])("at version $written, a write that expects $expectedVersion is kept: $isKept", async (row) => {
    const store = await openAt(newPlace());
    for (let version = 0; version < row.written; version += 1) await write(store, "k", { value: "old" });
    const writing = write(store, "k", { value: "new", expectedVersion: row.expectedVersion });
    if (row.isKept) expect((await writing).version).toBe(row.written + 1);
    else await expect(writing).rejects.toEqual(withCode("memory.conflict"));
    expect((await store.readMemory(ADA, "k"))?.value).toBe(row.isKept ? "new" : row.written > 0 ? "old" : undefined);
    expect((await store.searchMemory(ADA, "new", 1)).length).toBe(row.isKept ? 1 : 0);
    expect((await store.searchMemory(ADA, "old", 1)).length).toBe(!row.isKept && row.written > 0 ? 1 : 0);
  });

  test("of two stores that write the same version at once, one does; without one expected, both do", async () => {
    const place = newPlace();
    const stores = [await openAt(place), await openAt(place)];
    for (let version = 0; version < 10; version += 1) {
      const outcomes = await Promise.allSettled(stores.map((store) => write(store, "k", { expectedVersion: version })));
      const losers = outcomes.filter((outcome) => outcome.status === "rejected");
      expect(losers.map(({ reason }) => reason)).toEqual([withCode("memory.conflict")]);
    }
    const free = await Promise.all([...stores, ...stores].map((store) => write(store, "k")));
    expect(free.map(({ version }) => version).toSorted((left, right) => left - right)).toEqual([11, 12, 13, 14]);
    const same = await Promise.all([...stores, ...stores].map((store) => write(store, "k", { writeId: "same" })));
    expect(new Set(same.map(({ version }) => version))).toEqual(new Set([15]));
  });
}

function describeMemoryLists(openAt: OpenStore): void {
  const KEYS = ["", "A", "a", "a%", "a_", "aa", "ab", "b", "é", "\u{ffff}", "😀", "😀x", "\u{10ffff}", "\u{10ffff}z"];

  test("pages go in order of key, by bytes", async () => {
    const store = await openAt(newPlace());
    for (const key of KEYS.toReversed()) await write(store, key);
    const seen: string[] = [];
    for (let afterKey: string | undefined; ;) {
      const page = await store.listMemory(ADA, { limit: 3, ...(afterKey !== undefined && { afterKey }) });
      if (page.length === 0) break;
      seen.push(...page.map(({ key }) => key));
      afterKey = seen.at(-1);
    }
    expect(seen).toEqual(KEYS);
  });

  test.each(["", "a", "a%", "a_", "A", "é", "😀", "\u{ffff}", "\u{10ffff}", "nothing", "\ud7ff"])(
    "the prefix %j finds what begins with it and nothing else",
    async (prefix) => {
      const store = await openAt(newPlace());
      for (const key of KEYS) await write(store, key);
      const listed = async (afterKey?: string) =>
        (await store.listMemory(ADA, { limit: 100, prefix, ...(afterKey !== undefined && { afterKey }) })).map(
          ({ key }) => key,
        );
      const wanted = KEYS.filter((key) => key.startsWith(prefix));
      expect(await listed()).toEqual(wanted);
      expect(await listed(prefix)).toEqual(wanted.filter((key) => key !== prefix));
    },
  );
}
