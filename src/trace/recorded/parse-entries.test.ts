import { expect, test } from "vitest";
import { parseEntries, parseWithoutNaN } from "./parse-entries.ts";

test.each([
  { text: '{"a":1}', whole: { a: 1 }, entries: [["file", { a: 1 }]], refused: [] },
  {
    text: '[{"a":1},2]',
    whole: [{ a: 1 }, 2],
    entries: [
      ["[0]", { a: 1 }],
      ["[1]", 2],
    ],
    refused: [],
  },
  {
    text: '{"a":1}\n\n{"b":2}\n',
    whole: undefined,
    entries: [
      ["line 1", { a: 1 }],
      ["line 3", { b: 2 }],
    ],
    refused: [],
  },
  { text: '{"a":1}\n{"b":2', whole: undefined, entries: [["line 1", { a: 1 }]], refused: ["line 2"] },
])("$text", ({ text, whole, entries, refused }) => {
  const parsed = parseEntries("a.json", text, "atif");
  expect(parsed.whole).toEqual(whole);
  expect(parsed.entries.map(({ where, value }) => [where, value])).toEqual(entries);
  expect(parsed.refused.map(({ where }) => where)).toEqual(refused);
});

test.each(['[\n{"a":1},\n{"b":2}\n', '{\n"a":1', "{broken\n{}"])("%j is broken, and no list of lines", (text) => {
  expect(() => parseEntries("a.json", text, "atif")).toThrow(expect.objectContaining({ code: "import.bad_format" }));
});

test.each([
  { text: '{"a":NaN,"b":[Infinity,-Infinity],"c":"NaN"}', whole: { a: null, b: [null, null], c: "NaN" } },
  { text: '{"a":NaN,"b":"is \\" NaN \\\\"}', whole: { a: null, b: 'is " NaN \\' } },
  { text: '{"a":NaN', whole: undefined },
  { text: '{"a":nan}', whole: undefined },
  { text: '{"a":NaN,"b', whole: undefined },
])("numbers that are none: $text", ({ text, whole }) => {
  expect(parseWithoutNaN("a.json", text)?.whole).toEqual(whole);
});

test("a great string of escapes is no problem", () => {
  const text = `{"a":NaN,"b":"${'\\"a'.repeat(1_000_000)}"}`;
  expect(parseWithoutNaN("a.json", text)?.whole).toMatchObject({ a: null });
});
