import { expect, test } from "vitest";
import { krippendorffAlpha, type Rating } from "./krippendorff-alpha.ts";

// Examples A, B and C of Krippendorff (2011), one row a rater.
const BINARY = [
  [0, 1, 0, 0, 0, 0, 0, 0, 1, 0],
  [1, 1, 1, 0, 0, 1, 0, 0, 0, 0],
];
const LETTERS = [[..."aabbdcccedda"], [..."babbbccceddd"]];
const FOUR = [
  [1, 2, 3, 3, 2, 1, 4, 1, 2, null, null, null],
  [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, null, 3],
  [null, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, null],
  [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, null],
];

// Three places are published; the rest from the definition over all pairs, Python 3.11.2; reference/agreement.py.
test.each([
  { why: "two raters, binary", raters: BINARY, metric: "nominal", published: 0.095, alpha: 0.09523809523809512 },
  { why: "two raters, letters", raters: LETTERS, metric: "nominal", published: 0.692, alpha: 0.6919642857142858 },
  { why: "four raters with gaps", raters: FOUR, metric: "nominal", published: 0.743, alpha: 0.7434210526315791 },
  { why: "four raters with gaps", raters: FOUR, metric: "ordinal", published: 0.815, alpha: 0.8153875037548814 },
  { why: "four raters with gaps", raters: FOUR, metric: "interval", published: 0.849, alpha: 0.8491071428571428 },
] as const)("$why, $metric: $published", ({ raters, metric, published, alpha }) => {
  const result = krippendorffAlpha(unitsOf(raters), { metric });
  expect(Math.abs(result.alpha! - published)).toBeLessThan(0.00051);
  expect(result.alpha).toBeCloseTo(alpha, 12);
});

test("reports what it rests on: units with one rating are left out", () => {
  const result = krippendorffAlpha(unitsOf(FOUR), { metric: "interval" });
  expect(result).toMatchObject({ unitCount: 11, ratingCount: 40 });
  expect(result.observedDisagreement).toBeCloseTo(0.4333333333333333, 12);
  expect(result.expectedDisagreement).toBeCloseTo(2.871794871794872, 12);
});

test.each([
  {
    why: "one value throughout",
    ratings: [
      [1, 1],
      [1, 1],
    ],
    ratingCount: 4,
  },
  {
    why: "no unit rated twice",
    ratings: [
      [1, null],
      [null, 2],
    ],
    ratingCount: 0,
  },
  { why: "no units", ratings: [], ratingCount: 0 },
])("$why: undefined", ({ ratings, ratingCount }) => {
  expect(krippendorffAlpha(ratings)).toMatchObject({ alpha: undefined, ratingCount });
});

test.each([
  { why: "texts on a scale", ratings: [["a", "b"]], metric: "interval" },
  { why: "no number", ratings: [[Number.NaN, 1]], metric: "nominal" },
] as const)("refuses $why", ({ ratings, metric }) => {
  expect(() => krippendorffAlpha(ratings, { metric })).toThrow(expect.objectContaining({ code: "stats.bad_sample" }));
});

function unitsOf(raters: readonly (readonly Rating[])[]): Rating[][] {
  return raters[0]!.map((_, unit) => raters.map((ratings) => ratings[unit] ?? null));
}
