import { expect, test } from "vitest";
import { trialsForEvidence } from "./trials-for-evidence.ts";

// One count after another with scipy 1.10.1 boschloo_exact(n=64); reference/tests.py.
test.each([
  { a: { passed: 5, total: 5 }, b: { passed: 0, total: 3 }, alpha: 0.05, trials: 3 },
  { a: { passed: 4, total: 5 }, b: { passed: 3, total: 5 }, alpha: 0.05, trials: 27 },
  { a: { passed: 2, total: 3 }, b: { passed: 1, total: 3 }, alpha: 0.05, trials: 13 },
  { a: { passed: 3, total: 3 }, b: { passed: 2, total: 3 }, alpha: 0.01, trials: 14 },
])("$a against $b: $trials trials a side, whichever is better", ({ a, b, alpha, trials }) => {
  expect(trialsForEvidence({ a, b, alpha })).toBe(trials);
  expect(trialsForEvidence({ a: b, b: a, alpha })).toBe(trials);
});

test.each([
  { why: "equal rates", a: { passed: 2, total: 4 }, b: { passed: 1, total: 2 } },
  { why: "rates too close for 200 trials", a: { passed: 100, total: 200 }, b: { passed: 99, total: 200 } },
])("$why: none would do", ({ a, b }) => {
  expect(trialsForEvidence({ a, b })).toBeUndefined();
});

test("refuses bad counts and levels", () => {
  const count = { passed: 1, total: 2 };
  expect(() => trialsForEvidence({ a: { passed: 3, total: 2 }, b: count })).toThrow(
    expect.objectContaining({ code: "stats.bad_counts" }),
  );
  expect(() => trialsForEvidence({ a: count, b: count, alpha: 1 })).toThrow(
    expect.objectContaining({ code: "stats.bad_option" }),
  );
});
