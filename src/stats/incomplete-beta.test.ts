import { expect, test } from "vitest";
import { incompleteBeta } from "./incomplete-beta.ts";

// From scipy 1.10.1 special.betainc; reference/intervals.py.
test.each([
  { a: 0.5, b: 0.5, x: 0.3, expected: 0.3690101195655454 },
  { a: 2, b: 3, x: 0.9, expected: 0.9963 },
  { a: 50, b: 0.5, x: 0.99, expected: 0.31730439787419623 },
  { a: 1e4, b: 1e4, x: 0.501, expected: 0.6113500478574172 },
  { a: 0.01, b: 5, x: 1e-5, expected: 0.9099486514594582 },
  { a: 2, b: 2, x: 0, expected: 0 },
  { a: 2, b: 2, x: 1, expected: 1 },
])("at a $a, b $b, x $x: $expected", ({ expected, ...shape }) => {
  expect(incompleteBeta(shape)).toBeCloseTo(expected, 10);
});

test.each([
  { a: 0, b: 1, x: 0.5 },
  { a: 1, b: 1, x: 1.5 },
  { a: 1, b: Number.NaN, x: 0.5 },
])("refuses %j", (shape) => {
  expect(() => incompleteBeta(shape)).toThrow(expect.objectContaining({ code: "stats.bad_option" }));
});
