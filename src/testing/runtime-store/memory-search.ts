import { expect, test } from "vitest";
import type { MemoryScope } from "../../domain/index.ts";
import { type Json, LIMITS } from "../../kernel/index.ts";
import type { Store } from "../../store/index.ts";
import { makeId } from "../sample-records.ts";
import type { OpenStore } from "../store-conformance.ts";
import { newPlace } from "./place.ts";

const ADA: MemoryScope = { kind: "user", id: "ada" };

const NOTES: Readonly<Record<string, Json>> = {
  "diet.allergies": ["peanuts", { since: "childhood", severity: "Severe" }],
  pet: "A dog named Rex. Rex is a good dog; Rex barks.",
  neighbour: "has a dog",
  address: { street: "Öffnerstraße 12b", city: "Zürich" },
  food: "寿司が好きです, café crème",
  order: "W1234-5678 at 10:30, ref #A_7",
  numbers: { count: 42, ok: true, none: null },
};

async function remember(store: Store, notes: Readonly<Record<string, Json>>, scope = ADA): Promise<void> {
  for (const [key, value] of Object.entries(notes)) {
    await store.writeMemory({ scope, key, value, writeId: makeId(), atMs: 1 });
  }
}

const keysFor = async (store: Store, query: string, scope = ADA) =>
  (await store.searchMemory(scope, query, 100)).map(({ key }) => key).toSorted();

export function describeMemorySearch(openAt: OpenStore): void {
  describeFinding(openAt);
  describeAnyQuery(openAt);

  test("search sees the latest version only, and what was erased not at all", async () => {
    const store = await openAt(newPlace());
    await remember(store, { pet: "dog", other: "dog" });
    await remember(store, { pet: "cat" });
    expect(await keysFor(store, "dog")).toEqual(["other"]);
    expect(await keysFor(store, "cat")).toEqual(["pet"]);
    expect(await store.eraseMemory(ADA, "pet")).toBe(1);
    expect(await keysFor(store, "cat")).toEqual([]);
    await remember(store, { pet: "fish" });
    expect(await keysFor(store, "fish")).toEqual(["pet"]);
    expect(await store.eraseMemory(ADA)).toBe(2);
    expect([await keysFor(store, "fish"), await keysFor(store, "dog")]).toEqual([[], []]);
  });

  test("nobody finds what another scope holds", async () => {
    const store = await openAt(newPlace());
    const scopes = [ADA, { kind: "agent", id: "ada" }, { kind: "user", id: "ada " }] as const;
    for (const [index, scope] of scopes.entries()) await remember(store, { [`k${index}`]: "secret dog" }, scope);
    for (const [index, scope] of scopes.entries())
      expect(await keysFor(store, "secret do", scope)).toEqual([`k${index}`]);
    expect(await keysFor(store, "secret", { kind: "user", id: "ad" })).toEqual([]);
  });
}

function describeFinding(openAt: OpenStore): void {
  test.each([
    { query: "dog", keys: ["neighbour", "pet"] },
    { query: "DOG Re", keys: ["pet"] },
    { query: "re dog", keys: [] },
    { query: "childhood peanut", keys: ["diet.allergies"] },
    { query: "severe", keys: ["diet.allergies"] },
    { query: "since", keys: [] },
    { query: "aller", keys: ["diet.allergies"] },
    { query: "zurich", keys: ["address"] },
    { query: "offnerstr", keys: ["address"] },
    { query: "12", keys: ["address"] },
    { query: "CAFÉ creme", keys: ["food"] },
    { query: "cafe\u0301", keys: ["food"] },
    { query: "寿司", keys: ["food"] },
    { query: "好き", keys: ["food"] },
    { query: "w1234 5678", keys: ["order"] },
    { query: "42", keys: [] },
    { query: "dog dog dog", keys: ["neighbour", "pet"] },
    { query: "dog NOT rex", keys: [] },
    { query: "unheard", keys: [] },
  ])("$query finds $keys", async ({ query, keys }) => {
    const store = await openAt(newPlace());
    await remember(store, NOTES);
    expect(await keysFor(store, query)).toEqual(keys);
  });

  test("the best comes first, and no more than asked for", async () => {
    const store = await openAt(newPlace());
    const filling = Array.from({ length: 60 }, (_, index) => `word${index}`).join(" ");
    await remember(store, { long: `once rex ${filling}`, short: "rex rex rex", without: filling });
    expect((await store.searchMemory(ADA, "rex", 10)).map(({ key }) => key)).toEqual(["short", "long"]);
    expect((await store.searchMemory(ADA, "rex", 1)).map(({ key }) => key)).toEqual(["short"]);
  });

  test("a long word and a large value are found", async () => {
    const store = await openAt(newPlace());
    const words = Array.from({ length: 20_000 }, (_, index) => `w${index}`).join(" ");
    await remember(store, { large: { words }, long: "x".repeat(LIMITS.memoryValueBytesMax - 2) });
    expect(await keysFor(store, "w19999")).toEqual(["large"]);
    expect(await keysFor(store, "x".repeat(500))).toEqual(["long"]);
  });
}

function describeAnyQuery(openAt: OpenStore): void {
  const parts = ["'", '"', "*", "^", "(", ")", "AND", "OR", "NOT", "NEAR(", "key:", "words :", "{a b}", "-", "+", "!"];
  const more = [
    "&",
    "|",
    "<->",
    ":*",
    "\\",
    "%",
    "_",
    "$1",
    "?1",
    ";",
    "--",
    "/*",
    "😀",
    "\u0000",
    "\ud800",
    "\n",
    " ",
  ];

  test("any query is safe: operators, quotes, emoji, halves of characters, nothing", async () => {
    const store = await openAt(newPlace());
    await remember(store, NOTES);
    for (const part of ["", ...parts, ...more]) {
      for (const query of [part, part.repeat(3), `${part}dog`, `dog${part}`, `dog ${part} `, `"${part}`]) {
        const found = await store.searchMemory(ADA, query, 10);
        expect(Array.isArray(found), JSON.stringify(query)).toBe(true);
      }
    }
    for (const operator of parts.filter((part) => !/[a-z]/i.test(part))) {
      expect(await keysFor(store, `dog ${operator}`), operator).toEqual(["neighbour", "pet"]);
      expect(await keysFor(store, operator), operator).toEqual([]);
    }
  });

  test.each([
    { what: "many short words", query: "q ".repeat(LIMITS.memorySearchCharactersMax / 2) },
    {
      what: "many different words",
      query: Array.from({ length: 300 }, (_, index) => index.toString(36)).join(" "),
    },
    { what: "one long word", query: "y".repeat(LIMITS.memorySearchCharactersMax) },
    { what: "only quotes", query: '"'.repeat(LIMITS.memorySearchCharactersMax) },
    { what: "letters without spaces between", query: "寿".repeat(LIMITS.memorySearchCharactersMax) },
  ])("a query of $what, as long as they may be, is answered", async ({ query }) => {
    const store = await openAt(newPlace());
    await remember(store, NOTES);
    expect(await keysFor(store, query)).toEqual(query.startsWith("寿") ? ["food"] : []);
  });
}
