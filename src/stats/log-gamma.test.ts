import { expect, test } from "vitest";
import { logGamma } from "./log-gamma.ts";

// From scipy 1.10.1 special.gammaln; reference/intervals.py.
test.each([
  [0.001, 6.907178885383853],
  [0.5, 0.5723649429247],
  [1, 0],
  [2, 0],
  [3.7, 1.428072326665388],
  [14.9, 24.924132002217277],
  [15, 25.191221182738683],
  [100, 359.1342053695754],
  [1e6, 12815504.569147611],
])("of %d is %d", (x, expected) => {
  expect(Math.abs(logGamma(x) - expected)).toBeLessThan(1e-13 * Math.max(1, expected));
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("refuses %d", (x) => {
  expect(() => logGamma(x)).toThrow(expect.objectContaining({ code: "stats.bad_option" }));
});
