import { expect, test } from "vitest";
import { logBinomial } from "./log-binomial.ts";

// From scipy 1.10.1 special.gammaln; reference/intervals.py.
test.each([
  { total: 5, chosen: 2, log: 2.3025850929940455 },
  { total: 50, chosen: 25, log: 32.47055650581198 },
  { total: 10_000, chosen: 5_000, log: 6926.64081906082 },
  { total: 10_000, chosen: 1, log: 9.210340371981147 },
  { total: 0, chosen: 0, log: 0 },
])("$chosen of $total: $log", ({ total, chosen, log }) => {
  expect(logBinomial(total, chosen)).toBeCloseTo(log, 9);
});

test.each([
  [2, 3],
  [2, -1],
  [2.5, 1],
])("refuses to choose from %d %d", (total, chosen) => {
  expect(() => logBinomial(total, chosen)).toThrow(expect.objectContaining({ code: "stats.bad_counts" }));
});
