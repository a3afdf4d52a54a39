import { expect, test } from "vitest";
import { suitePassAtK, suitePassHatK } from "./suite-pass-k.ts";

const CASES = [
  { passed: 3, total: 3 },
  { passed: 2, total: 3 },
  { passed: 0, total: 4 },
  { passed: 5, total: 8 },
  { passed: 1, total: 1 },
];

// Python 3.11.2 math.comb and scipy 1.10.1 t.interval over cases with k trials; reference/intervals.py.
test.each([
  { k: 2, of: suitePassHatK, value: 0.4226190476190476, error: 0.20901249840570757 },
  { k: 3, of: suitePassHatK, value: 0.29464285714285715, error: 0.23885666937182506 },
  { k: 2, of: suitePassAtK, value: 0.7232142857142857, error: 0.24239057072318262 },
  { k: 3, of: suitePassAtK, value: 0.7455357142857143, error: 0.24854754520592465 },
])("$of.name of $k leaves out the case with fewer trials", ({ k, of, value, error }) => {
  const result = of(CASES, k);
  expect(result).toMatchObject({ caseCount: 4, method: "clustered" });
  expect(result?.value).toBeCloseTo(value, 12);
  expect(result?.standardError).toBeCloseTo(error, 12);
});

test("the interval is that of the suite's pass rate, over the cases' values", () => {
  const result = suitePassHatK(CASES, 2, { confidence: 0.5 });
  // scipy 1.10.1 and statsmodels 0.13.5: effective_wilson of reference/intervals.py.
  expect(result?.lower).toBeCloseTo(0.2776746750282446, 9);
  expect(result?.upper).toBeCloseTo(0.582236983730369, 9);
});

test("cases that all agree still leave a width", () => {
  const result = suitePassHatK(
    Array.from({ length: 10 }, () => ({ passed: 4, total: 4 })),
    4,
  );
  expect(result).toMatchObject({ value: 1, upper: 1, method: "one per case" });
  expect(result?.lower).toBeCloseTo(0.7224672001371106, 9);
});

test("says nothing when no case has enough trials", () => {
  expect(suitePassHatK(CASES, 9)).toBeUndefined();
  expect(suitePassAtK([], 1)).toBeUndefined();
});

test.each([
  { why: "no attempts", k: 0, cases: CASES, code: "stats.bad_option" },
  { why: "a bad count, though left out", k: 3, cases: [{ passed: 2, total: 1 }], code: "stats.bad_counts" },
])("refuses $why", ({ k, cases, code }) => {
  expect(() => suitePassHatK(cases, k)).toThrow(expect.objectContaining({ code }));
});
