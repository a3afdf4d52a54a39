import { expect, test } from "vitest";
import { canonicalJson, equalJson, type Json } from "./json.ts";

const VALUES: readonly (Json | undefined)[] = [
  null,
  undefined,
  Number.NaN,
  Infinity,
  0,
  -0,
  1,
  "",
  "null",
  "a",
  true,
  false,
  [],
  {},
  [1],
  [null],
  [Number.NaN],
  ["a", 1],
  [1, "a"],
  { length: 0 },
  { a: 1 },
  { a: undefined },
  { a: null },
  { a: 1, b: 2 },
  { b: 2, a: 1 },
  { a: 1, b: undefined },
  { 0: "a" },
  { a: { b: [1, { c: undefined }] } },
  { a: { b: [1, {}] } },
  JSON.parse('{"__proto__":1}') as Json,
  { toString: undefined },
  { constructor: "x" },
];

test("values are equal where their canonical texts are", () => {
  for (const left of VALUES) {
    for (const right of VALUES) {
      expect([left, right, equalJson(left, right)]).toEqual([
        left,
        right,
        canonicalJson(left) === canonicalJson(right),
      ]);
    }
  }
});
