import { expect, test } from "vitest";
import { normalQuantile } from "./normal-quantile.ts";

// From scipy 1.10.1 norm.ppf; reference/intervals.py.
test.each([
  [0.5, 0],
  [0.975, 1.959963984540054],
  [0.2, -0.8416212335729142],
  [0.001, -3.090232306167813],
  [1e-12, -7.034483825301131],
  [0.9999999, 5.199337582290661],
  [0.07, -1.4757910281791706],
])("of %d is %d", (probability, expected) => {
  expect(normalQuantile(probability)).toBeCloseTo(expected, 12);
});

test.each([0, 1, -0.5, Number.NaN])("refuses %d", (probability) => {
  expect(() => normalQuantile(probability)).toThrow(expect.objectContaining({ code: "stats.bad_option" }));
});
