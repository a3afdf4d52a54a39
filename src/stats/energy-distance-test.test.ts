import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../kernel/index.ts";
import { energyDistanceTest } from "./energy-distance-test.ts";

const A = [
  [1, 10],
  [2, 30],
  [1.5, 20],
  [0, 10],
];
const B = [
  [3, 10],
  [2.5, 40],
  [4, 30],
  [5, 10],
];

// Statistics of the first two also from R 4.2.2 energy 1.7.11 eqdist.e, of the first from scipy 1.10.1
// energy_distance^2 * 4 * 5 / 9; all labellings by brute force in numpy 1.24.2; reference/energy.py and energy.R.
test.each([
  {
    why: "one coordinate",
    a: column([1, 2, 4, 7]),
    b: column([3, 8, 9, 12, 15]),
    scale: "none",
    statistic: 12.93333333333333,
    p: 8 / 126,
    minimum: 1 / 126,
  },
  { why: "two coordinates", a: A, b: B, scale: "none", statistic: 8.632589293315519, p: 36 / 70, minimum: 2 / 70 },
  { why: "two, pooled", a: A, b: B, scale: "pooled", statistic: 3.553360397780372, p: 6 / 70, minimum: 2 / 70 },
  {
    why: "one of them constant",
    a: constant(A),
    b: constant(B),
    scale: "pooled",
    statistic: 3.857583749052297,
    p: 2 / 70,
    minimum: 2 / 70,
  },
] as const)("$why: $statistic, p $p", ({ a, b, scale, statistic, p, minimum }) => {
  const result = energyDistanceTest(a, b, { scale });
  expect(result.isExact).toBe(true);
  expect(result.statistic).toBeCloseTo(statistic, 9);
  expect(result.pValue).toBeCloseTo(p, 12);
  expect(result.minAttainableP).toBeCloseTo(minimum, 12);
});

test("too many labellings are drawn, near the exact p, the same ones under one seed", () => {
  const a = Array.from({ length: 9 }, (_, index) => [(index * 7) % 11, (index * index) % 5]);
  const b = Array.from({ length: 9 }, (_, index) => [((index * 5) % 13) + 1, (index * 3) % 7]);
  const result = energyDistanceTest(a, b, { random: seededRandom(3) });
  expect(result.statistic).toBeCloseTo(3.3958393652879137, 9);
  expect(result.isExact).toBe(false);
  // All 48,620 labellings by brute force: 0.71238.
  expect(Math.abs(result.pValue - 0.7123817359111477)).toBeLessThan(0.02);
  expect(result.minAttainableP).toBe(1 / 10_000);
  expect(energyDistanceTest(a, b, { random: seededRandom(3) })).toEqual(result);
});

test("trials that are all alike can show nothing", () => {
  expect(energyDistanceTest([[1], [1], [1]], [[1], [1], [1]])).toEqual({
    statistic: 0,
    pValue: 1,
    isExact: true,
    minAttainableP: 1,
  });
});

test.each([
  { why: "an empty side", a: [], b: [[1]] },
  { why: "the other empty side", a: [[1]], b: [] },
  { why: "different lengths", a: [[1, 2]], b: [[1]] },
  { why: "vectors of nothing", a: [[]], b: [[]] },
  { why: "no number", a: [[Number.NaN]], b: [[1]] },
])("refuses $why", ({ a, b }) => {
  expect(() => energyDistanceTest(a, b)).toThrow(expect.objectContaining({ code: "stats.bad_sample" }));
});

test("refuses no permutations", () => {
  expect(() => energyDistanceTest([[1]], [[2]], { permutations: 0 })).toThrow(
    expect.objectContaining({ code: "stats.bad_option" }),
  );
});

const sample = fc.array(fc.tuple(fc.integer({ min: -5, max: 5 }), fc.integer({ min: 0, max: 3 })), {
  minLength: 1,
  maxLength: 5,
});

test("is symmetric, never below its minimum, and units do not matter when pooled", () => {
  fc.assert(
    fc.property(sample, sample, (a, b) => {
      const result = energyDistanceTest(a, b, { scale: "pooled" });
      const swapped = energyDistanceTest(b, a, { scale: "pooled" });
      const inMillions = (rows: readonly (readonly number[])[]) => rows.map(([x, y]) => [x! * 1e6, y! / 1e3]);
      const rescaled = energyDistanceTest(inMillions(a), inMillions(b), { scale: "pooled" });
      expect(result.statistic).toBeGreaterThan(-1e-9);
      expect(result.pValue).toBeGreaterThanOrEqual(result.minAttainableP);
      expect(result.pValue).toBeLessThanOrEqual(1);
      expect(swapped.statistic).toBeCloseTo(result.statistic, 9);
      expect(swapped.pValue).toBeCloseTo(result.pValue, 12);
      expect(rescaled.pValue).toBeCloseTo(result.pValue, 12);
    }),
    { numRuns: 60 },
  );
});

function column(values: readonly number[]): number[][] {
  return values.map((value) => [value]);
}

function constant(rows: readonly (readonly number[])[]): number[][] {
  return rows.map((row) => [row[0]!, 5]);
}
