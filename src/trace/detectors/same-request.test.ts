import { expect, test } from "vitest";
import { isSameRequest, requestWords, wordNumber } from "./same-request.ts";

const ask = "Cancel order W1 before it leaves Berlin";

test.each([
  { again: "cancel ORDER w1, before it leaves: Berlin!", isSame: true },
  { again: "Berlin leaves before: W1 order cancel", isSame: true },
  // Idle words do not count; one word of seven is another.
  { again: "Please cancel the order W1 before it leaves for Berlin today", isSame: true },
  { again: "Cancel order W2 before it leaves Hamburg", isSame: false },
  { again: "Cancel order", isSame: false },
  { again: "Where is my parcel, it should have left Berlin", isSame: false },
])("$again: the same request: $isSame", ({ again, isSame }) => {
  expect(isSameRequest(requestWords(ask), requestWords(again))).toBe(isSame);
  expect(isSameRequest(requestWords(again), requestWords(ask))).toBe(isSame);
});

test("each word counts once, in its order, without marks and idle words", () => {
  const numbers = requestWords("Hello! (Cancel) the order,\u00a0cancel\u2003\u201corder\u201d: it\u2019s *late*; a?");
  expect(numbers).toEqual(["cancel", "order", "it's", "late"].map(wordNumber));
});

test("of very many words the first 200 count", () => {
  const words = Array.from({ length: 500 }, (_, index) => `word${index}`);
  expect(requestWords(words.join(" "))).toEqual(words.slice(0, 200).map(wordNumber));
});
