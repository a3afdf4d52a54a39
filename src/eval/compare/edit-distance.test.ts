import fc from "fast-check";
import { expect, test } from "vitest";
import { editDistance } from "./edit-distance.ts";

test.each([
  { left: "kitten", right: "sitting", distance: 3 },
  { left: "", right: "abc", distance: 3 },
  { left: "abc", right: "abc", distance: 0 },
  { left: "ab", right: "ba", distance: 2 },
  { left: "abcd", right: "acd", distance: 1 },
])("$left to $right takes $distance", ({ left, right, distance }) => {
  expect(editDistance([...left], [...right])).toBe(distance);
});

test("it is a metric", () => {
  const sequence = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 8 });
  fc.assert(
    fc.property(sequence, sequence, sequence, (x, y, z) => {
      expect(editDistance(x, y)).toBe(editDistance(y, x));
      expect(editDistance(x, z)).toBeLessThanOrEqual(editDistance(x, y) + editDistance(y, z));
      expect(editDistance(x, y) === 0).toBe(x.join("") === y.join(""));
    }),
  );
});
