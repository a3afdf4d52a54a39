import { expect, test } from "vitest";
import { studentTQuantile } from "./student-t-quantile.ts";

// From scipy 1.10.1 t.ppf; reference/intervals.py.
test.each([
  { probability: 0.975, degrees: 1, t: 12.706204736432095 },
  { probability: 0.975, degrees: 2, t: 4.302652729911275 },
  { probability: 0.975, degrees: 9, t: 2.2621571627409915 },
  { probability: 0.9, degrees: 29, t: 1.311433643950529 },
  { probability: 0.005, degrees: 4, t: -4.604094871415898 },
  { probability: 0.0001, degrees: 2.5, t: -34.86796933237047 },
  { probability: 0.975, degrees: 1e6, t: 1.9599663568141066 },
  { probability: 0.6, degrees: 0.5, t: 0.3979754267847501 },
  { probability: 0.5, degrees: 3, t: 0 },
])("$probability at $degrees degrees of freedom: $t", ({ probability, degrees, t }) => {
  expect(Math.abs(studentTQuantile(probability, degrees) - t)).toBeLessThan(1e-8 * Math.max(1, Math.abs(t)));
});

test.each([
  [0, 3],
  [1, 3],
  [0.5, 0],
  [0.9, Number.POSITIVE_INFINITY],
])("refuses %d at %d", (probability, degrees) => {
  expect(() => studentTQuantile(probability, degrees)).toThrow(expect.objectContaining({ code: "stats.bad_option" }));
});
