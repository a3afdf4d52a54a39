import fc from "fast-check";
import { expect, test } from "vitest";
import { findJsonError } from "./find-json-error.ts";

test.each([
  ['{"a":1,}', 7],
  ['{"a" 1}', 5],
  ["[1 2]", 3],
  ["[1,]", 3],
  ['["a\nb"]', 3],
  [String.raw`["\x"]`, 2],
  ["[01]", 2],
  ["[1}", 2],
  ["{'a':1}", 1],
  ["[NaN]", 1],
  ["1 2", 2],
  ['{"a":"b', 7],
  ["", 0],
])("%j stops being JSON at %i", (text, offset) => {
  expect(findJsonError(text)).toBe(offset);
});

test("a cut text is good up to its end, and a whole one has no error", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), fc.nat(), (text, place) => {
      expect(findJsonError(text)).toBe(text.length);
      const cut = text.slice(0, place % text.length);
      // Cutting a constant, an escape or a number leaves a beginning of one: the error is where it begins.
      expect(cut.slice(findJsonError(cut))).toMatch(
        /^(?:-|\.|e[+-]?|t|tr|tru|f|fa|fal|fals|n|nu|nul|\\|\\u[0-9a-f]{0,3}|)$/,
      );
    }),
  );
});

test("deep nesting is no problem", () => {
  expect(findJsonError("[".repeat(1_000_000))).toBe(1_000_000);
});
