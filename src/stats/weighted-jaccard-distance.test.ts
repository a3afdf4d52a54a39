import { expect, test } from "vitest";
import { massQuantile } from "./mass-quantile.ts";
import { weightedJaccardDistance } from "./weighted-jaccard-distance.ts";

// By numpy 2.4.6; the first also from scipy 1.17.1 spatial.distance.jaccard; reference/distances.py.
test.each([
  { a: [1, 1, 1, 0], b: [0, 1, 1, 1], distance: 0.5 },
  { a: [0.5, 0.25, 0], b: [0.25, 0.5, 0.1], distance: 0.5454545454545454 },
  { a: [1, 0], b: [0, 1], distance: 1 },
  { a: [], b: [], distance: 0 },
])("$a to $b: $distance", ({ a, b, distance }) => {
  expect(weightedJaccardDistance({ a, b })).toBeCloseTo(distance, 12);
});

test.each([
  { why: "a share above 1", a: [1.2], b: [1] },
  { why: "different lengths", a: [1], b: [] },
])("refuses $why", ({ a, b }) => {
  expect(() => weightedJaccardDistance({ a, b })).toThrow(expect.objectContaining({ code: "stats.bad_sample" }));
});

// From numpy 2.4.6 quantile(weights, method="inverted_cdf"); reference/distances.py.
test.each([
  [0, 1],
  [0.1, 1],
  [0.3, 2],
  [0.31, 5],
  [0.5, 5],
  [0.95, 9],
  [1, 9],
])("quantile %d of masses: %d", (q, expected) => {
  expect(massQuantile({ points: [1, 2, 5, 9], masses: [1, 2, 3, 4] }, q)).toBe(expected);
});

test("points without mass are no quantile", () => {
  expect(massQuantile({ points: [1, 2, 3], masses: [0, 1, 0] }, 0)).toBe(2);
  expect(() => massQuantile({ points: [1], masses: [0] }, 0.5)).toThrow(
    expect.objectContaining({ code: "stats.bad_sample" }),
  );
  expect(() => massQuantile({ points: [1, 2], masses: [2, -1] }, 0.5)).toThrow(
    expect.objectContaining({ code: "stats.bad_sample" }),
  );
});
