import fc from "fast-check";
import { expect, test } from "vitest";
import { passAtK } from "./pass-at-k.ts";
import { passHatK } from "./pass-hat-k.ts";

// Exact fractions from Python 3.11.2 math.comb; reference/intervals.py.
test.each([
  { passed: 3, total: 5, k: 1, hat: 0.6, at: 0.6 },
  { passed: 3, total: 5, k: 2, hat: 0.3, at: 0.9 },
  { passed: 3, total: 5, k: 4, hat: 0, at: 1 },
  { passed: 9990, total: 10_000, k: 200, hat: 0.8169977249958089, at: 1 },
  { passed: 7, total: 8, k: 8, hat: 0, at: 1 },
])("$passed of $total, $k attempts: all $hat, any $at", ({ hat, at, ...count }) => {
  expect(passHatK(count)).toBeCloseTo(hat, 12);
  expect(passAtK(count)).toBeCloseTo(at, 12);
});

test("stays exact to 10,000 trials: one failure is missed by half of the halves", () => {
  expect(passHatK({ passed: 9_999, total: 10_000, k: 5_000 })).toBeCloseTo(0.5, 11);
  expect(passAtK({ passed: 1, total: 10_000, k: 5_000 })).toBeCloseTo(0.5, 11);
});

test.each([
  { why: "more attempts than trials", passed: 1, total: 2, k: 3, code: "stats.bad_option" },
  { why: "no attempt", passed: 1, total: 2, k: 0, code: "stats.bad_option" },
  { why: "half an attempt", passed: 1, total: 2, k: 1.5, code: "stats.bad_option" },
  { why: "a bad count", passed: 3, total: 2, k: 1, code: "stats.bad_counts" },
])("refuses $why", ({ code, ...count }) => {
  expect(() => passHatK(count)).toThrow(expect.objectContaining({ code }));
  expect(() => passAtK(count)).toThrow(expect.objectContaining({ code }));
});

test("all pass is never likelier than the rate, any pass never less, and they mirror", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), fc.nat(), (total, seedA, seedB) => {
      const passed = seedA % (total + 1);
      const k = 1 + (seedB % total);
      const hat = passHatK({ passed, total, k });
      const at = passAtK({ passed, total, k });
      expect(hat).toBeLessThanOrEqual(passed / total + 1e-12);
      expect(at).toBeGreaterThanOrEqual(passed / total - 1e-12);
      expect(passHatK({ passed: total - passed, total, k })).toBeCloseTo(1 - at, 12);
    }),
  );
});
