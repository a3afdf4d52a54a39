import { expect, test } from "vitest";
import { meanDifferenceInterval } from "./mean-difference-interval.ts";

const DIFFERENCES = [0.5, -0.25, 0, 0, -1, 0.125];

test("is Student's t across cases", () => {
  const result = meanDifferenceInterval(DIFFERENCES);
  // From scipy 1.10.1: t.interval; reference/intervals.py.
  expect(result.mean).toBeCloseTo(-0.10416666666666667, 12);
  expect(result.standardError).toBeCloseTo(0.20518453753741883, 12);
  expect(result.lower).toBeCloseTo(-0.6316103120145506, 9);
  expect(result.upper).toBeCloseTo(0.42327697868121733, 9);
  expect(result.caseCount).toBe(6);
});

test("is clamped to the bound", () => {
  expect(meanDifferenceInterval([1, 1, -1], { bound: 1 })).toMatchObject({ lower: -1, upper: 1 });
});

test.each([
  { why: "one case", differences: [3], standardError: undefined },
  { why: "equal differences", differences: [0.1, 0.1, 0.1], standardError: 0 },
])("$why without a bound: no interval", ({ differences, standardError }) => {
  const result = meanDifferenceInterval(differences);
  expect(result).toMatchObject({ lower: undefined, upper: undefined, standardError });
});

// Wilson's upper bound for 0 of 10 is 0.2775327999 (statsmodels 0.13.5, proportion_confint).
test.each([
  { why: "nothing changed", difference: 0, lower: -0.2775327999, upper: 0.2775327999 },
  { why: "all got better", difference: 1, lower: 1 - 2 * 0.2775327999, upper: 1 },
  { why: "all half worse", difference: -0.5, lower: -0.5 - 0.5 * 0.2775327999, upper: -0.5 + 1.5 * 0.2775327999 },
])("$why in ten cases: allows for cases unseen", ({ difference, lower, upper }) => {
  const result = meanDifferenceInterval(
    Array.from({ length: 10 }, () => difference),
    { bound: 1 },
  );
  expect(result.lower).toBeCloseTo(lower, 9);
  expect(result.upper).toBeCloseTo(upper, 9);
});

test.each([
  { why: "no case", differences: [], options: {}, code: "stats.bad_sample" },
  { why: "an infinite difference", differences: [Number.POSITIVE_INFINITY], options: {}, code: "stats.bad_sample" },
  { why: "a difference beyond its bound", differences: [2], options: { bound: 1 }, code: "stats.bad_sample" },
  { why: "a bound of 0", differences: [0], options: { bound: 0 }, code: "stats.bad_option" },
  { why: "a confidence of 1", differences: [0], options: { confidence: 1 }, code: "stats.bad_option" },
])("refuses $why", ({ differences, options, code }) => {
  expect(() => meanDifferenceInterval(differences, options)).toThrow(expect.objectContaining({ code }));
});
