import { expect, test } from "vitest";
import { powerOf } from "./power-of.ts";

// All outcomes gone through with scipy 1.10.1 boschloo_exact(n=64) and binom.pmf; reference/tests.py.
test.each([
  { trials: 3, a: 1, b: 0.2, alpha: 0.05, power: 0.5120000000000001 },
  { trials: 8, a: 0.9, b: 0.4, alpha: 0.05, power: 0.6868798975703809 },
  { trials: 7, a: 1, b: 0.5, alpha: 0.05, power: 0.7734374999999998 },
  { trials: 8, a: 1, b: 0.5, alpha: 0.05, power: 0.8554687499999998 },
  { trials: 12, a: 0.8, b: 0.3, alpha: 0.01, power: 0.5531568236909441 },
])("$a against $b with $trials trials: $power", ({ power, ...question }) => {
  const result = powerOf(question);
  expect(result.method).toBe("exact");
  expect(result.power).toBeCloseTo(power, 8);
});

test("equal rates are called worse with chance alpha at most", () => {
  for (const rate of [0, 0.2, 0.5, 0.9, 1])
    expect(powerOf({ a: rate, b: rate, trials: 30 }).power).toBeLessThanOrEqual(0.05);
});

// All outcomes gone through with scipy 1.10.1 hypergeom.cdf and binom.pmf; reference/tests.py.
test.each([
  { trials: 250, a: 0.9, b: 0.8, alpha: 0.05, power: 0.9192531477315572 },
  { trials: 300, a: 1, b: 0.98, alpha: 0.05, power: 0.7176476540226988 },
  { trials: 400, a: 0.55, b: 0.5, alpha: 0.1, power: 0.5152916742235477 },
])("beyond 200 trials it is Fisher's: $a against $b with $trials", ({ power, ...question }) => {
  const result = powerOf(question);
  expect(result.method).toBe("fisher");
  expect(result.power).toBeCloseTo(power, 9);
});

test.each([
  { a: 0.9, b: 0.8 },
  { a: 0.6, b: 0.5 },
  { a: 0.99, b: 0.95 },
  { a: 1, b: 0.97 },
  { a: 1, b: 0.98 },
])("the bound beyond 200 trials joins up from below: $a against $b", ({ a, b }) => {
  const exact = powerOf({ a, b, trials: 200 });
  const bound = powerOf({ a, b, trials: 201 });
  expect([exact.method, bound.method]).toEqual(["exact", "fisher"]);
  expect(bound.power - exact.power).toBeLessThan(0.01);
  expect(exact.power - bound.power).toBeLessThan(0.06);
});

test("certain rates leave nothing to chance", () => {
  expect(powerOf({ a: 1, b: 0, trials: 500 }).power).toBe(1);
  expect(powerOf({ a: 1, b: 1, trials: 500 }).power).toBe(0);
});

test.each([
  { a: 90, b: 0.5, trials: 3 },
  { a: 0.9, b: -1, trials: 3 },
  { a: 0.9, b: 0.5, trials: 0 },
  { a: 0.9, b: 0.5, trials: 3, alpha: 0 },
  { a: 0.9, b: 0.5, trials: 100_001 },
])("refuses %j", (question) => {
  expect(() => powerOf(question)).toThrow(expect.objectContaining({ code: "stats.bad_option" }));
});
