import { expect, test } from "vitest";
import { seededRandom } from "../kernel/index.ts";
import { energyDistanceTest } from "./energy-distance-test.ts";
import { stratifiedEnergyTest } from "./stratified-energy-test.ts";

const STRATA = [
  { a: [[1], [2], [2]], b: [[2], [4], [5]] },
  { a: [[10], [11]], b: [[11], [13], [14]] },
  { a: [[0], [0]], b: [[0], [1]] },
];

test("sums over strata and relabels inside each", () => {
  // All 20 * 10 * 6 labellings by brute force, numpy 1.24.2; reference/energy.py.
  const result = stratifiedEnergyTest(STRATA);
  expect(result.isExact).toBe(true);
  expect(result.statistic).toBeCloseTo(6.833333333333334, 9);
  expect(result.pValue).toBeCloseTo(0.18, 12);
  expect(result.minAttainableP).toBeCloseTo(0.04, 12);
});

test("one stratum is the plain test", () => {
  const { a, b } = STRATA[0]!;
  expect(stratifiedEnergyTest([{ a, b }])).toEqual(energyDistanceTest(a, b));
});

test("cases may differ as they like; only differences inside a case count", () => {
  const strata = [0, 1_000, 5_000].map((level) => ({ a: [[level], [level + 1]], b: [[level], [level + 1]] }));
  expect(stratifiedEnergyTest(strata)).toMatchObject({ statistic: 0, pValue: 1 });
});

test("small shifts, invisible in one case, add up over many", () => {
  const strata = Array.from({ length: 40 }, (_, index) => ({
    a: [[index], [index + 1], [index + 2]],
    b: [[index + 2], [index + 3], [index + 4]],
  }));
  const result = stratifiedEnergyTest(strata, { random: seededRandom(1), permutations: 999 });
  expect(stratifiedEnergyTest(strata.slice(0, 1)).pValue).toBeCloseTo(0.2, 12);
  expect(result).toMatchObject({ isExact: false, pValue: 0.001, minAttainableP: 0.001 });
});

test("drawing agrees with going through all", () => {
  // Four times the strata above is beyond the exact limit; a stratum of identical trials adds nothing but labellings.
  const alike = { a: Array.from({ length: 5 }, () => [1]), b: Array.from({ length: 5 }, () => [1]) };
  const result = stratifiedEnergyTest([...STRATA, alike], { random: seededRandom(2) });
  expect(result.isExact).toBe(false);
  expect(Math.abs(result.pValue - 0.18)).toBeLessThan(0.015);
  expect(result.minAttainableP).toBeCloseTo(0.04, 12);
});

test("pooled scale makes a case in milliseconds count like one in seconds", () => {
  const inUnit = (unit: number) => ({ a: [[1 * unit], [2 * unit]], b: [[3 * unit], [5 * unit]] });
  const once = stratifiedEnergyTest([inUnit(1)], { scale: "pooled" }).statistic;
  const both = stratifiedEnergyTest([inUnit(1), inUnit(1_000)], { scale: "pooled" }).statistic;
  expect(both).toBeCloseTo(2 * once, 9);
});

test.each([
  { why: "no strata", strata: [] },
  { why: "a stratum with an empty side", strata: [{ a: [[1]], b: [] }] },
])("refuses $why", ({ strata }) => {
  expect(() => stratifiedEnergyTest(strata)).toThrow(expect.objectContaining({ code: "stats.bad_sample" }));
});
