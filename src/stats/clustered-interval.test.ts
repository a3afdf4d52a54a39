import fc from "fast-check";
import { expect, test } from "vitest";
import { clusteredInterval } from "./clustered-interval.ts";

const CASES = [
  { passed: 3, total: 3 },
  { passed: 2, total: 3 },
  { passed: 0, total: 4 },
  { passed: 5, total: 8 },
  { passed: 1, total: 1 },
];

// From scipy 1.10.1 and statsmodels 0.13.5: effective_wilson of reference/intervals.py.
test.each([
  { confidence: 0.95, lower: 0.21717562891982767, upper: 0.9304714260712326 },
  { confidence: 0.8, lower: 0.3726566819473952, upper: 0.8620697364069921 },
])("five cases at $confidence", ({ confidence, lower, upper }) => {
  const result = clusteredInterval(CASES, { confidence });
  expect(result).toMatchObject({ caseCount: 5, trialCount: 19, method: "clustered" });
  expect(result.rate).toBeCloseTo(0.6583333333333333, 12);
  expect(result.standardError).toBeCloseTo(0.18276426832884424, 12);
  expect(result.lower).toBeCloseTo(lower, 9);
  expect(result.upper).toBeCloseTo(upper, 9);
});

// Without spread between cases: Wilson with one trial a case, from statsmodels 0.13.5 proportion_confint.
test.each([
  { why: "one case", count: 1, passed: 5, total: 5, lower: 0.2065493143772374, upper: 1 },
  { why: "all pass", count: 10, passed: 3, total: 3, lower: 0.7224672001371106, upper: 1 },
  { why: "none passes", count: 10, passed: 0, total: 2, lower: 0, upper: 0.27753279986288926 },
  { why: "each at half", count: 6, passed: 1, total: 2, lower: 0.18761630648265054, upper: 0.8123836935173494 },
])("$why: still an interval with a width", ({ count, passed, total, lower, upper }) => {
  const result = clusteredInterval(Array.from({ length: count }, () => ({ passed, total })));
  expect(result.method).toBe("one per case");
  expect(result.standardError).toBe(count === 1 ? undefined : 0);
  expect(result.lower).toBeCloseTo(lower, 9);
  expect(result.upper).toBeCloseTo(upper, 9);
});

test("a case weighs the same however many of its trials were scored", () => {
  const few = clusteredInterval([
    { passed: 1, total: 2 },
    { passed: 1, total: 1 },
  ]);
  const many = clusteredInterval([
    { passed: 50, total: 100 },
    { passed: 1, total: 1 },
  ]);
  expect(many.rate).toBe(few.rate);
  expect(many.lower).toBe(few.lower);
});

test.each([
  { why: "no case", cases: [], confidence: 0.95, code: "stats.bad_sample" },
  { why: "a case without trials", cases: [{ passed: 0, total: 0 }], confidence: 0.95, code: "stats.bad_counts" },
  { why: "percent", cases: CASES, confidence: 95, code: "stats.bad_option" },
])("refuses $why", ({ cases, confidence, code }) => {
  expect(() => clusteredInterval(cases, { confidence })).toThrow(expect.objectContaining({ code }));
});

const anyCase = fc
  .integer({ min: 1, max: 20 })
  .chain((total) => fc.integer({ min: 0, max: total }).map((passed) => ({ passed, total })));

test("holds the rate within [0, 1] and is never a point", () => {
  fc.assert(
    fc.property(fc.array(anyCase, { minLength: 1, maxLength: 30 }), (cases) => {
      const { rate, lower, upper } = clusteredInterval(cases);
      expect(lower).toBeGreaterThanOrEqual(0);
      expect(upper).toBeLessThanOrEqual(1);
      expect(lower).toBeLessThanOrEqual(rate + 1e-12);
      expect(upper).toBeGreaterThanOrEqual(rate - 1e-12);
      expect(upper).toBeGreaterThan(lower);
    }),
  );
});
