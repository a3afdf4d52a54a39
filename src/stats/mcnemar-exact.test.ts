import { expect, test } from "vitest";
import { mcnemarExact } from "./mcnemar-exact.ts";

// From statsmodels 0.13.5: mcnemar(table, exact=True); reference/tests.py.
test.each([
  { passToFail: 0, failToPass: 6, p: 0.03125 },
  { passToFail: 10, failToPass: 3, p: 0.09228515625 },
  { passToFail: 4, failToPass: 4, p: 1 },
  { passToFail: 1, failToPass: 0, p: 1 },
  { passToFail: 60, failToPass: 41, p: 0.07275700687752418 },
  { passToFail: 700, failToPass: 600, p: 0.006015793861044938 },
  { passToFail: 0, failToPass: 0, p: 1 },
])("$passToFail against $failToPass: $p", ({ p, passToFail, failToPass }) => {
  expect(mcnemarExact({ passToFail, failToPass })).toBeCloseTo(p, 10);
  expect(mcnemarExact({ passToFail: failToPass, failToPass: passToFail })).toBeCloseTo(p, 10);
});

test.each([
  { passToFail: -1, failToPass: 0 },
  { passToFail: 0.5, failToPass: 1 },
])("refuses $passToFail against $failToPass", (changes) => {
  expect(() => mcnemarExact(changes)).toThrow(expect.objectContaining({ code: "stats.bad_counts" }));
});
