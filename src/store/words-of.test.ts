import { expect, test } from "vitest";
import type { Json } from "../kernel/index.ts";
import { textsOf, wordsOf } from "./words-of.ts";

test.each([
  { text: "", words: [] },
  { text: " \n\t'\"*()^:-+%_\\;😀\u0000\ud800", words: [] },
  { text: "Rex's dog-house, N° 12b!", words: ["rex", "s", "dog", "house", "n", "12b"] },
  { text: "CAFÉ cafe\u0301 Ｆｕｌｌ ﬁne", words: ["cafe", "cafe", "full", "fine"] },
  { text: "寿司が好き OK", words: ["寿", "司", "か\u3099", "好", "き", "ok"] },
  { text: "ab寿cd", words: ["ab", "寿", "cd"] },
  { text: "हिन्दी Ελλάδα İstanbul", words: ["हिन्दी", "ελλαδα", "istanbul"] },
])("the words of $text", ({ text, words }) => {
  expect(wordsOf(text)).toEqual(words.map((word) => word.normalize("NFC")));
});

test("a long word is cut between characters", () => {
  expect(wordsOf("x".repeat(100))).toEqual(["x".repeat(64)]);
  expect(wordsOf("𝒳𐐨".repeat(100))[0]?.isWellFormed()).toBe(true);
});

test.each<{ value: Json; texts: readonly string[] }>([
  { value: "a", texts: ["a"] },
  { value: null, texts: [] },
  { value: [1, true, null], texts: [] },
  { value: { key: "b", list: ["c", { deep: "d" }], last: "e" }, texts: ["b", "c", "d", "e"] },
])("the texts inside $value", ({ value, texts }) => {
  expect(textsOf(value)).toEqual(texts);
});

test("a value however deep has its texts found", () => {
  let value: Json = "deep";
  for (let depth = 0; depth < 100_000; depth += 1) value = [value];
  expect(textsOf(value)).toEqual(["deep"]);
});
