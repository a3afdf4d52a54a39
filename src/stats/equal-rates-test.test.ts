import { expect, test } from "vitest";
import { seededRandom } from "../kernel/index.ts";
import { equalRatesTest } from "./equal-rates-test.ts";
import { passesForBound } from "./passes-for-bound.ts";

// R 4.2.2, fisher.test and prop.test: reference/equal-rates.R.
test.each([
  { passed: [3, 0], total: [3, 3], p: 0.1 },
  { passed: [2, 3, 1], total: [3, 3, 3], p: 0.6785714286 },
  { passed: [5, 1, 4, 0], total: [5, 5, 5, 5], p: 0.003280001732 },
  { passed: [10, 7, 2], total: [12, 9, 11], p: 0.00343018295 },
  { passed: [4, 4], total: [4, 4], p: 1 },
  { passed: [30, 12, 25], total: [40, 40, 40], p: 0.0001570607855 },
])("$passed of $total: p = $p", ({ passed, total, p }) => {
  const groups = passed.map((each, index) => ({ passed: each, total: total[index]! }));
  const { pValue, isExact } = equalRatesTest(groups);
  expect(isExact).toBe(true);
  expect(pValue).toBeCloseTo(p, 8);
  expect(equalRatesTest(groups.toReversed()).pValue).toBeCloseTo(p, 8);
});

test("too many tables are drawn, and near the exact answer", () => {
  const groups = [12, 10, 15, 9, 13, 11, 12, 14, 8].map((passed) => ({ passed, total: 20 }));
  const drawn = equalRatesTest(groups, { random: seededRandom(7) });
  expect(drawn.isExact).toBe(false);
  // R: fisher.test(..., simulate.p.value = TRUE, B = 1e6) gives 0.386.
  expect(Math.abs(drawn.pValue - 0.386)).toBeLessThan(0.02);
  // The table that was seen counts as drawn: nothing is ever impossible.
  const apart = groups.map((group, index) => ({ ...group, passed: index % 2 === 0 ? 20 : 0 }));
  expect(equalRatesTest(apart, { draws: 99 })).toEqual({ pValue: 0.01, isExact: false });
});

test.each([
  { passed: 9, total: 9, lowerMin: 0.9, confidence: 0.95, more: 26 },
  { passed: 0, total: 0, lowerMin: 0.9, confidence: 0.95, more: 35 },
  { passed: 35, total: 35, lowerMin: 0.9, confidence: 0.95, more: 0 },
  { passed: 5, total: 6, lowerMin: 0.5, confidence: 0.95, more: 2 },
  { passed: 17, total: 20, lowerMin: 0.9, confidence: 0.8, more: 40 },
])("$passed of $total needs $more more passes for $lowerMin", ({ more, ...question }) => {
  expect(passesForBound(question)).toBe(more);
});

test("what cannot be reached is said, and what is no question is refused", () => {
  expect(passesForBound({ passed: 0, total: 500, lowerMin: 0.9, trialsMax: 1_000 })).toBeUndefined();
  expect(() => passesForBound({ passed: 1, total: 1, lowerMin: 1 })).toThrow(
    expect.objectContaining({ code: "stats.bad_option" }),
  );
  for (const total of [0, 1]) {
    expect(() => passesForBound({ passed: 2, total, lowerMin: 0.9 })).toThrow(
      expect.objectContaining({ code: "stats.bad_counts" }),
    );
  }
  expect(() => equalRatesTest([])).toThrow(expect.objectContaining({ code: "stats.bad_sample" }));
});
