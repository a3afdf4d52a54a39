import fc from "fast-check";
import { expect, test } from "vitest";
import { benjaminiHochberg } from "./benjamini-hochberg.ts";
import { discreteBenjaminiHochberg } from "./discrete-benjamini-hochberg.ts";

test("leaves out what could not be found alone", () => {
  // Gilbert's procedure written down independently in Python, BH from statsmodels 0.13.5; reference/tests.py.
  const pValues = [1 / 64, 0.3, 0.004, 1, 0.02, 1 / 4, 1];
  const minima = [1 / 64, 1 / 64, 1e-4, 1 / 4, 1e-3, 1 / 4, 1 / 4];
  const result = discreteBenjaminiHochberg(testsOf(pValues, minima), 0.05);
  expect(result.qValues).toEqual([1, 1, 0.008, 1, 0.02, 1, 1]);
  expect(result.isTestable).toEqual([false, false, true, false, true, false, false]);
  expect(result.testableCount).toBe(2);
});

test("when no test is strong enough alone, it is plain BH over those that can reach the level", () => {
  const pValues = [1 / 64, 1 / 64, 1, 1, 1, 1, 1, 1, 1, 1, 1 / 4];
  const minima = [...Array.from({ length: 10 }, () => 1 / 64), 1 / 4];
  const result = discreteBenjaminiHochberg(testsOf(pValues, minima), 0.05);
  expect(result.testableCount).toBe(10);
  expect(result.qValues).toEqual([...benjaminiHochberg(pValues.slice(0, 10)), 1]);
});

test("a level none can reach leaves nothing to test", () => {
  const result = discreteBenjaminiHochberg(testsOf([0.25, 0.5, 1], [0.25, 0.25, 0.25]), 0.05);
  expect(result).toEqual({ qValues: [1, 1, 1], isTestable: [false, false, false], testableCount: 0 });
});

test("a smallest p of exactly the level counts as reaching it", () => {
  expect(discreteBenjaminiHochberg(testsOf([0.05], [0.05]), 0.05).qValues).toEqual([0.05]);
});

test("no tests", () => {
  expect(discreteBenjaminiHochberg([], 0.05)).toEqual({ qValues: [], isTestable: [], testableCount: 0 });
});

test.each([
  { why: "a p below its minimum", tests: testsOf([0.01], [0.02]), level: 0.05, code: "stats.bad_sample" },
  { why: "a p above 1", tests: testsOf([2], [0.02]), level: 0.05, code: "stats.bad_sample" },
  { why: "a level in percent", tests: testsOf([0.5], [0.02]), level: 5, code: "stats.bad_option" },
])("refuses $why", ({ tests, level, code }) => {
  expect(() => discreteBenjaminiHochberg(tests, level)).toThrow(expect.objectContaining({ code }));
});

test("where every p can be arbitrarily small it is plain BH", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (pValues) => {
      const { qValues } = discreteBenjaminiHochberg(
        testsOf(
          pValues,
          pValues.map(() => 0),
        ),
        0.05,
      );
      expect(qValues).toEqual(benjaminiHochberg(pValues));
    }),
  );
});

function testsOf(pValues: readonly number[], minima: readonly number[]) {
  return pValues.map((pValue, index) => ({ pValue, minAttainableP: minima[index]! }));
}
