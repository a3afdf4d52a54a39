import { expect, test } from "vitest";
import { cohenKappa } from "./cohen-kappa.ts";

// From statsmodels 0.13.5 cohens_kappa; the second also from R psych 2.2.9; reference/agreement.py and energy.R.
test.each([
  {
    counts: [
      [20, 5],
      [10, 15],
    ],
    kappa: 0.4,
    lower: 0.151092290476661,
    upper: 0.6489077095233389,
  },
  {
    counts: [
      [44, 5, 1],
      [7, 20, 3],
      [9, 5, 6],
    ],
    kappa: 0.49152542372881347,
    lower: 0.35015820121748686,
    upper: 0.6328926462401401,
  },
  {
    counts: [
      [90, 2],
      [6, 2],
    ],
    kappa: 0.2957746478873245,
    lower: -0.05561255015205441,
    upper: 0.6471618459267034,
  },
  {
    counts: [
      [0, 4],
      [6, 0],
    ],
    kappa: -0.923076923076923,
    lower: -1,
    upper: -0.4739107768467473,
  },
])("$counts: $kappa", ({ counts, kappa, lower, upper }) => {
  const result = cohenKappa(counts);
  expect(result.kappa).toBeCloseTo(kappa, 12);
  expect(result.interval?.lower).toBeCloseTo(lower, 9);
  expect(result.interval?.upper).toBeCloseTo(upper, 9);
});

test("high agreement means little where one category is common", () => {
  const result = cohenKappa([
    [90, 2],
    [6, 2],
  ]);
  expect(result).toMatchObject({ observedAgreement: 0.92, baseRate: 0.92, count: 100 });
  expect(result.expectedAgreement).toBeCloseTo(0.92 * 0.96 + 0.08 * 0.04, 12);
  expect(result.firstRates).toEqual([0.92, 0.08]);
  expect(result.secondRates[1]).toBeCloseTo(0.04, 12);
});

test("perfect agreement on few items is not certainty", () => {
  const result = cohenKappa([
    [10, 0],
    [0, 7],
  ]);
  const expected = (10 / 17) ** 2 + (7 / 17) ** 2;
  expect(result.kappa).toBe(1);
  expect(result.interval?.upper).toBe(1);
  // Wilson's lower bound for 17 of 17: 17 / (17 + 1.959964^2).
  const agreement = 17 / (17 + 1.959963984540054 ** 2);
  expect(result.interval?.lower).toBeCloseTo((agreement - expected) / (1 - expected), 9);
});

test("one category throughout leaves kappa undefined, agreement not", () => {
  expect(
    cohenKappa([
      [12, 0],
      [0, 0],
    ]),
  ).toMatchObject({
    kappa: undefined,
    interval: undefined,
    observedAgreement: 1,
    agreementInterval: { upper: 1 },
    baseRate: 1,
  });
});

test("two raters stuck on different categories agree as little as chance would", () => {
  expect(
    cohenKappa([
      [0, 9],
      [0, 0],
    ]),
  ).toMatchObject({ kappa: 0, observedAgreement: 0, expectedAgreement: 0 });
});

test.each([
  {
    why: "no items",
    counts: [
      [0, 0],
      [0, 0],
    ],
  },
  { why: "one category", counts: [[3]] },
  { why: "a ragged table", counts: [[1, 2], [3]] },
  {
    why: "a negative count",
    counts: [
      [1, -2],
      [3, 4],
    ],
  },
])("refuses $why", ({ counts }) => {
  expect(() => cohenKappa(counts)).toThrow(expect.objectContaining({ code: "stats.bad_counts" }));
});
