import { expect, test } from "vitest";
import { parseJson, sliceMembers } from "./parse-json.ts";
import { dump } from "./value-text.ts";

test.each([
  ['{"b": 1, "10": 2, "9": 3}', '{"b": 1, "10": 2, "9": 3}'],
  ['{"a": 1, "b": 2, "a": 3}', '{"a": 3, "b": 2}'],
  ["[135.0, 135, 1e2, -0, -0.0, 12345678901234567890]", "[135.0, 135, 100.0, 0, -0.0, 12345678901234567890]"],
  [' [ true , null , "\\u00e9\\n" ] ', '[true, null, "\\u00e9\\n"]'],
  ["[NaN, -Infinity]", "[NaN, -Infinity]"],
  ['{"a": {}, "b": []}', '{"a": {}, "b": []}'],
])("%s keeps order and kinds of numbers", (text, dumped) => {
  expect(dump(parseJson(text))).toBe(dumped);
});

test.each([
  ["", "expected a JSON value at the end of the text (line 1, column 1)"],
  ['{"a": [1,', "expected a JSON value at the end of the text (line 1, column 10)"],
  [
    '{"a":\n "b',
    "expected the closing quote of the string that begins at line 2, column 2 at the end of the text (line 2, column 4)",
  ],
  ["{'a': 1}", "expected a key in double quotes at line 1, column 2"],
  ["[1 2]", "expected `,` or `]` at line 1, column 4"],
  ["[01]", "expected a JSON value at line 1, column 2"],
  ["[1,]", "expected a JSON value at line 1, column 4"],
  ['["\\x"]', "expected a valid string at line 1, column 2"],
  ['["\t"]', "expected a valid string at line 1, column 2"],
  ["[1]x", "expected the end of the text at line 1, column 4"],
  ["[".repeat(1000), "expected at most 400 levels of nesting at line 1, column 402"],
])("%j is refused with the place", (text, message) => {
  expect(() => parseJson(text)).toThrow(message);
});

test("members are sliced without being read", () => {
  const slices = sliceMembers('{"9": {"a": "}\\"]"}, "1" : [1, {"b": 2}] , "x": 3}');
  expect([...slices].map(([key, slice]) => [key, dump(parseJson(slice))])).toEqual([
    ["9", '{"a": "}\\"]"}'],
    ["1", '[1, {"b": 2}]'],
    ["x", "3"],
  ]);
});

test.each(['{"a": {"b": 1}', '{"a": "x', "[1]"])("%s cannot be sliced", (text) => {
  expect(() => sliceMembers(text)).toThrow(/^expected /);
});
