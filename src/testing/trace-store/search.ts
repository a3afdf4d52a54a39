import { expect, test } from "vitest";
import { LIMITS } from "../../kernel/index.ts";
import type { Store } from "../../store/index.ts";
import { newPlace } from "../runtime-store/place.ts";
import { sampleSummary } from "../sample-trace-records.ts";
import type { OpenStore } from "../store-conformance.ts";

const TEXTS: Readonly<Record<string, string>> = {
  allergies: "She has allergies to peanuts: severe, since childhood.",
  pet: "A dog named Rex. Rex is a good dog; Rex barks.",
  neighbour: "has a dog",
  address: "Öffnerstraße 12b, Zürich",
  food: "寿司が好きです, café crème",
  thai: "ภาษาไทย สวัสดี",
  order: 'W1234-5678 at 10:30, ref #A_7 {"total":42}',
};

async function saveTexts(store: Store): Promise<void> {
  const settled = Object.entries(TEXTS).map(([title, words], index) => ({
    summary: sampleSummary({ title, startedAtMs: 1_000 + index }),
    words,
  }));
  await store.saveTraces(settled);
}

const found = async (store: Store, text: string) =>
  (await store.listTraces({ limit: 100, text })).map(({ title }) => title).toSorted();

export function describeTraceSearch(openAt: OpenStore): void {
  test("a text finds the traces that have all of its words, and one that begins as the last", async () => {
    const store = await openAt(newPlace());
    await saveTexts(store);
    const expected: Readonly<Record<string, readonly string[]>> = {
      dog: ["neighbour", "pet"],
      "DOG Re": ["pet"],
      "re dog": [],
      "dog dog dog": ["neighbour", "pet"],
      "barks rex": ["pet"],
      "childhood peanut": ["allergies"],
      "childhoo peanuts": [],
      severe: ["allergies"],
      zurich: ["address"],
      offnerstr: ["address"],
      "12": ["address"],
      "CAFÉ creme": ["food"],
      "cafe\u0301": ["food"],
      寿司: ["food"],
      好き: ["food"],
      ไทย: ["thai"],
      "w1234 5678": ["order"],
      "a 7": ["order"],
      total: ["order"],
      "42": ["order"],
      "dog NOT rex": [],
      unheard: [],
    };
    for (const [text, titles] of Object.entries(expected)) expect(await found(store, text), text).toEqual(titles);
  });

  test("a text without words finds nothing", async () => {
    const store = await openAt(newPlace());
    await saveTexts(store);
    for (const text of ["", " ", "!?", "*", '"', "😀", "_", "\u0000"])
      expect(await found(store, text), text).toEqual([]);
  });

  describeAnyText(openAt);

  test("a long text is found by its words, also the long ones", async () => {
    const store = await openAt(newPlace());
    const words = Array.from({ length: 20_000 }, (_, index) => `w${index}`).join(" ");
    await store.saveTraces([
      { summary: sampleSummary({ title: "many" }), words },
      { summary: sampleSummary({ title: "long" }), words: `${"x".repeat(100_000)} ${"寿".repeat(1_000)}` },
      { summary: sampleSummary({ title: "plain" }), words: `${"z".repeat(100)} dog` },
      { summary: sampleSummary({ title: "endless" }), words: "y".repeat(LIMITS.traceTextCharactersMax + 10) },
    ]);
    expect(await found(store, "w19999")).toEqual(["many"]);
    expect(await found(store, "x".repeat(500))).toEqual(["long"]);
    expect(await found(store, `${"z".repeat(100)} do`)).toEqual(["plain"]);
    expect(await found(store, "yyy")).toEqual(["endless"]);
  });

  test("of endless words those that come first are found", async () => {
    const store = await openAt(newPlace());
    const words = Array.from({ length: 40_000 }, (_, index) => `${index}${"𐐨".repeat(60)}`).join(" ");
    await store.saveTraces([{ summary: sampleSummary({ title: "endless" }), words: `first ${words}` }]);
    expect(await found(store, "first")).toEqual(["endless"]);
    expect(await found(store, "39999𐐨")).toEqual([]);
  });
}

function describeAnyText(openAt: OpenStore): void {
  const operators = [
    "'",
    '"',
    "*",
    "^",
    "(",
    ")",
    "+",
    "-",
    "!",
    "&",
    "|",
    "<->",
    ":*",
    "\\",
    "%",
    "_",
    "{",
    ";",
    "--",
  ];
  const parts = ["AND", "OR", "NOT", "NEAR(", "words:", "$1", "?1", "/*", "😀", "\u0000", "\ud800", "\n", "@@"];

  test("any text is safe: operators, quotes, emoji, halves of characters", async () => {
    const store = await openAt(newPlace());
    await saveTexts(store);
    for (const part of [...operators, ...parts]) {
      for (const text of [part, part.repeat(3), `${part}dog`, `dog${part}`, `dog ${part} `, `"${part}`]) {
        expect(Array.isArray(await found(store, text)), JSON.stringify(text)).toBe(true);
      }
    }
    for (const operator of operators)
      expect(await found(store, `dog ${operator}`), operator).toEqual(["neighbour", "pet"]);
  });

  test.each([
    { what: "many short words", text: "q ".repeat(LIMITS.traceSearchCharactersMax / 2) },
    { what: "many different words", text: Array.from({ length: 250 }, (_, index) => index.toString(36)).join(" ") },
    { what: "one long word", text: "y".repeat(LIMITS.traceSearchCharactersMax) },
    { what: "only quotes", text: '"'.repeat(LIMITS.traceSearchCharactersMax) },
  ])("a text of $what, as long as it may be, is answered", async ({ text }) => {
    const store = await openAt(newPlace());
    await saveTexts(store);
    expect(await found(store, text)).toEqual([]);
    await store.saveTraces([{ summary: sampleSummary({ title: "it" }), words: text }]);
    expect(await found(store, text)).toEqual(text.startsWith('"') ? [] : ["it"]);
  });

  test("no text finds what only marks of agents and tools have", async () => {
    const store = await openAt(newPlace());
    await store.saveTraces([{ summary: sampleSummary({ agent: { name: "ada", version: "1" } }), words: "nothing" }]);
    for (const text of ["_", "_a", "ada", ..."0123456789abcdef"]) expect(await found(store, text), text).toEqual([]);
  });
}
