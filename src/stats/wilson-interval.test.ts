import fc from "fast-check";
import { expect, test } from "vitest";
import { wilsonInterval } from "./wilson-interval.ts";

// Bounds from statsmodels 0.13.5: proportion_confint(passed, total, method="wilson"); reference/intervals.py.
test.each([
  { passed: 0, total: 10, lower: 0, upper: 0.27753279986288926 },
  { passed: 7, total: 200, lower: 0.01705554200856719, upper: 0.07047061152229073 },
  { passed: 10, total: 10, lower: 0.7224672001371106, upper: 1 },
  { passed: 1, total: 1, lower: 0.2065493143772374, upper: 1 },
  { passed: 50, total: 100, lower: 0.4038315303659956, upper: 0.5961684696340044 },
  { passed: 3, total: 8, z: 2.5758293035489004, lower: 0.10081056740526179, upper: 0.7625297721595261 },
])("$passed of $total lies in [$lower, $upper]", ({ lower, upper, ...count }) => {
  const interval = wilsonInterval(count);
  expect(interval.lower).toBeCloseTo(lower, 7);
  expect(interval.upper).toBeCloseTo(upper, 7);
});

test.each([
  { why: "no trials", passed: 0, total: 0 },
  { why: "too many passes", passed: 3, total: 2 },
  { why: "a negative count", passed: -1, total: 2 },
  { why: "half a pass", passed: 0.5, total: 2 },
  { why: "no number", passed: Number.NaN, total: 2 },
])("refuses $why", ({ passed, total }) => {
  expect(() => wilsonInterval({ passed, total })).toThrow(expect.objectContaining({ code: "stats.bad_counts" }));
});

test("refuses a z of 0", () => {
  expect(() => wilsonInterval({ passed: 1, total: 2, z: 0 })).toThrow(
    expect.objectContaining({ code: "stats.bad_option" }),
  );
});

test("holds the rate, stays in [0, 1], and mirrors when passes and failures swap", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), fc.nat(), (total, seed) => {
      const passed = seed % (total + 1);
      const { lower, upper } = wilsonInterval({ passed, total });
      const mirror = wilsonInterval({ passed: total - passed, total });
      expect(lower).toBeGreaterThanOrEqual(0);
      expect(upper).toBeLessThanOrEqual(1);
      expect(lower).toBeLessThanOrEqual(passed / total);
      expect(upper).toBeGreaterThanOrEqual(passed / total);
      expect(mirror.lower).toBeCloseTo(1 - upper, 12);
    }),
  );
});
