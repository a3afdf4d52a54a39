import fc from "fast-check";
import { expect, test } from "vitest";
import { tokenizable } from "./search-text.ts";
import { markIn, textIn, wordIn } from "./stretch-words.ts";
import { wordsOf } from "./words-of.ts";

const indexed = (text: string) =>
  textIn(7, { marks: "ab12", words: tokenizable(text) })
    .split(" ")
    .filter((word) => word !== "");

const wanted = (text: string) => [markIn(7, "ab12"), ...wordsOf(text).map((word) => wordIn(7, word))];

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom("a", "B", "b", "9", " ", "\0", ".", "é", "\u0301", "寿", "𝒳", "\ud800"),
    maxLength: 300,
  }),
  fc
    .array(fc.constantFrom("Order", "order", "orders", "it", "x".repeat(64), "x".repeat(65), "é".repeat(70)))
    .map((words) => words.join(" ")),
);

test("the index holds the words of any text, each at least once and no other", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect([...new Set(indexed(text))].toSorted()).toEqual([...new Set(wanted(text))].toSorted());
    }),
    { numRuns: 2_000 },
  );
});

test("a text longer than any before it is written whole, and nothing of it is left for the next", () => {
  const long = Array.from({ length: 50_000 }, (_, index) => `w${index} i`).join(" ");
  expect(new Set(indexed(long))).toEqual(new Set(wanted(long)));
  expect(indexed("short")).toEqual(wanted("short"));
});

test("a word that is said again and again is indexed once", () => {
  expect(indexed("Order order ORDER order.")).toEqual(wanted("order"));
});
