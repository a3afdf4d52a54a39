import fc from "fast-check";
import { expect, test } from "vitest";
import { benjaminiHochberg } from "./benjamini-hochberg.ts";

test("adjusts in place", () => {
  // From statsmodels 0.13.5 multipletests(method="fdr_bh") and R 4.2.2 p.adjust; reference/tests.py.
  const expected = [0.035, 0.04666666666666667, 0.0525, 0.5833333333333334, 0.056, 0.9, 0.0028];
  const adjusted = benjaminiHochberg([0.01, 0.02, 0.03, 0.5, 0.04, 0.9, 0.0004]);
  for (const [index, value] of expected.entries()) expect(adjusted[index]).toBeCloseTo(value, 12);
});

test("nothing in, nothing out", () => {
  expect(benjaminiHochberg([])).toEqual([]);
});

test.each([[[-0.1]], [[1.1]], [[Number.NaN]]])("refuses %j", (pValues) => {
  expect(() => benjaminiHochberg(pValues)).toThrow(expect.objectContaining({ code: "stats.bad_sample" }));
});

test("never lowers a p, keeps the order, does not mind how the tests are listed", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }), (pValues) => {
      const adjusted = benjaminiHochberg(pValues);
      for (const [index, q] of adjusted.entries()) {
        expect(q).toBeGreaterThanOrEqual(pValues[index]! * (1 - 1e-12));
        expect(q).toBeLessThanOrEqual(1);
      }
      const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);
      expect(benjaminiHochberg(sorted(pValues))).toEqual(sorted(adjusted));
    }),
  );
});
