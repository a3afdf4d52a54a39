import { expect, test } from "vitest";
import { commonScale } from "./common-scale.ts";

test.each([
  { counts: [3, 3, 3], scale: 3 },
  { counts: [4, 6], scale: 12 },
  { counts: [1, 2, 3, 5, 8], scale: 120 },
  { counts: [], scale: 1 },
  { counts: [997, 991, 983], scale: undefined },
])("$counts have $scale in common", ({ counts, scale }) => {
  expect(commonScale(counts)).toBe(scale);
});

test("refuses a count of 0", () => {
  expect(() => commonScale([3, 0])).toThrow(expect.objectContaining({ code: "stats.bad_option" }));
});
