import fc from "fast-check";
import { expect, test } from "vitest";
import { onCommonPoints } from "./common-points.ts";
import { kolmogorovSmirnovDistance } from "./kolmogorov-smirnov-distance.ts";
import { wassersteinDistance } from "./wasserstein-distance.ts";

// From scipy 1.17.1 stats.ks_2samp and stats.wasserstein_distance; reference/distances.py.
test.each([
  { a: [1, 2, 4, 7], b: [3, 8, 9, 12, 15], largest: 0.8, moved: 5.8999999999999995 },
  { a: [1, 1, 2, 2, 2, 9], b: [1, 2, 3], largest: 0.16666666666666666, moved: 1.1666666666666665 },
  { a: [0.5, -3, 10], b: [0.5, -3, 10], largest: 0, moved: 0 },
  { a: [1, 2], b: [100, 200, 300], largest: 1, moved: 198.50000000000003 },
  {
    a: Array.from({ length: 40 }, (_, index) => (index * 7) % 11),
    b: Array.from({ length: 23 }, (_, index) => ((index * index) % 13) + 1),
    largest: 0.3782608695652174,
    moved: 2.123913043478261,
  },
])("$a to $b: at most $largest apart, $moved to move", ({ a, b, largest, moved }) => {
  const common = onCommonPoints(a, b);
  expect(kolmogorovSmirnovDistance(common)).toBeCloseTo(largest, 12);
  expect(wassersteinDistance(common)).toBeCloseTo(moved, 12);
});

const sample = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 12 });

test("a logarithm changes how far mass moves, never the largest difference", () => {
  fc.assert(
    fc.property(sample, sample, (a, b) => {
      const logs = onCommonPoints(a.map(Math.log1p), b.map(Math.log1p));
      expect(kolmogorovSmirnovDistance(logs)).toBeCloseTo(kolmogorovSmirnovDistance(onCommonPoints(a, b)), 12);
    }),
  );
});

test("mass moved by a shift is the shift", () => {
  fc.assert(
    fc.property(sample, fc.integer({ min: 1, max: 50 }), (a, shift) => {
      const common = onCommonPoints(
        a,
        a.map((value) => value + shift),
      );
      expect(wassersteinDistance(common)).toBeCloseTo(shift, 9);
    }),
  );
});

test.each([
  { why: "points that go down", points: [2, 1], a: [1, 1], b: [1, 1] },
  { why: "too few points", points: [1], a: [1, 1], b: [1, 1] },
  { why: "no mass", points: [1, 2], a: [0, 0], b: [1, 1] },
])("refuses $why", ({ points, a, b }) => {
  expect(() => wassersteinDistance({ points, a, b })).toThrow(expect.objectContaining({ code: "stats.bad_sample" }));
});

test("refuses an empty sample", () => {
  expect(() => onCommonPoints([], [1])).toThrow(expect.objectContaining({ code: "stats.bad_sample" }));
});
