import { describe, expect, test } from "vitest";
import { roundToCents } from "./python-operations.ts";
import { compareByCodePoint, isSameState, type Value } from "./value.ts";
import { dump, hashedText, literal, numberText } from "./value-text.ts";

// Every expected text on this page was printed by CPython 3.11.

test.each([
  [12, "12.0"],
  [135n, "135"],
  [0.0001, "0.0001"],
  [0.00001, "1e-05"],
  [0.000015, "1.5e-05"],
  [1e15, "1000000000000000.0"],
  [1e16, "1e+16"],
  [1.2345678901234568e17, "1.2345678901234568e+17"],
  [9999999999999998, "9999999999999998.0"],
  [5e-324, "5e-324"],
  [1.7976931348623157e308, "1.7976931348623157e+308"],
  [0.1 + 0.2, "0.30000000000000004"],
  [-0, "-0.0"],
  [-1e-7, "-1e-07"],
  [Number.NaN, "nan"],
  [Number.NEGATIVE_INFINITY, "-inf"],
  [10n ** 30n, "1000000000000000000000000000000"],
])("number %s is written %s", (value, text) => {
  expect(numberText(value)).toBe(text);
});

test.each([
  [0.125, 0.12],
  [0.375, 0.38],
  [0.625, 0.62],
  [-0.125, -0.12],
  [-0.375, -0.38],
  [2.675, 2.67],
  [1.005, 1],
  [5.015, 5.01],
  [-0.001, -0],
  [-0.005, -0.01],
  [1125899906842623.375, 1125899906842623.4],
  [1e22, 1e22],
  [7n, 7n],
])("%s rounds to %s", (value, rounded) => {
  expect(roundToCents(value)).toBe(rounded);
});

test.each<[Value, string]>([
  ["a'b\"c\\", String.raw`"a'b\"c\\"`],
  ["\n\r\t\b\f\u0000\u007f", String.raw`"\n\r\t\b\f\u0000\u007f"`],
  ["é/😀", String.raw`"\u00e9/\ud83d\ude00"`],
  [[true, false, null, 1n, 1, Number.NaN], "[true, false, null, 1, 1.0, NaN]"],
  [
    new Map<string, Value>([
      ["b", [1n]],
      ["1", new Map()],
    ]),
    '{"b": [1], "1": {}}',
  ],
])("JSON, row %#", (value, text) => {
  expect(dump(value)).toBe(text);
});

test.each<[Value, string]>([
  ["a'b", `"a'b"`],
  ["a'b\"c", String.raw`'a\'b"c'`],
  ['"', `'"'`],
  ["\n\t\\", String.raw`'\n\t\\'`],
  ["é\u00a0\u007f\u200b\u0000", String.raw`'é\xa0\x7f\u200b\x00'`],
  [[true, null, 1.5], "[True, None, 1.5]"],
  [new Map([["k", "v"]]), "{'k': 'v'}"],
])("literal, row %#", (value, text) => {
  expect(literal(value)).toBe(text);
});

test("a hashed text sorts keys and makes tuples of everything", () => {
  const value = new Map<string, Value>([
    ["b", [1n]],
    ["a", [2, "x"]],
    ["c", []],
  ]);
  expect(hashedText(value)).toBe("(('a', (2.0, 'x')), ('b', (1,)), ('c', ()))");
});

describe("state equality", () => {
  const objectOf = (...keys: string[]): Value => new Map(keys.map((key) => [key, 1n]));
  test.each<[string, Value, Value, boolean]>([
    ["key order does not count", objectOf("a", "b"), objectOf("b", "a"), true],
    ["list order counts", [1n, 2n], [2n, 1n], false],
    ["5 is not 5.0", 5n, 5, false],
    ["true is not 1", true, 1n, false],
    ["0.0 is not -0.0", 0, -0, false],
    ["a key more", objectOf("a"), objectOf("a", "b"), false],
    ["deep", [new Map([["a", [1]]])], [new Map([["a", [1]]])], true],
  ])("%s", (_why, left, right, isSame) => {
    expect(isSameState(left, right)).toBe(isSame);
  });
});

test("texts sort by code point, not by UTF-16 unit", () => {
  expect(["😀", "\uff5e", "b", "ab", "a"].sort(compareByCodePoint)).toEqual(["a", "ab", "b", "\uff5e", "😀"]);
});
