import { expect, test } from "vitest";
import { median } from "./median.ts";
import { quantile } from "./quantile.ts";

const VALUES = [7, 1, 3, 10, -2, 3.5];

// From numpy 1.24.2 quantile; reference/intervals.py.
test.each([
  [0, -2],
  [0.1, -0.5],
  [0.5, 3.25],
  [0.95, 9.25],
  [1, 10],
])("%d: %d", (q, expected) => {
  expect(quantile(VALUES, q)).toBeCloseTo(expected, 12);
});

test("the median is the middle, and the input stays in order", () => {
  const values = [9, 1, 5];
  expect(median(values)).toBe(5);
  expect(median(VALUES)).toBe(3.25);
  expect(values).toEqual([9, 1, 5]);
});

test.each([
  { values: [], q: 0.5, code: "stats.bad_sample" },
  { values: [1, Number.NaN], q: 0.5, code: "stats.bad_sample" },
  { values: [1], q: 50, code: "stats.bad_option" },
])("refuses %j", ({ values, q, code }) => {
  expect(() => quantile(values, q)).toThrow(expect.objectContaining({ code }));
});
