import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../kernel/index.ts";
import { signFlipTest } from "./sign-flip-test.ts";

// All sign patterns in exact fractions, Python 3.11.2; reference/tests.py.
const TABLE = [
  { differences: [1 / 2, -1 / 4, 0, 1, 3 / 4], scale: 4, p: 0.25 },
  { differences: [1, 1, 1, 1, 1, 1], scale: 1, p: 0.03125 },
  { differences: [1 / 3, 1 / 3, -2 / 3, 1, 2 / 3, 1 / 3, -1 / 3, 0, 2 / 3, 1], scale: 3, p: 0.125 },
  { differences: [1 / 6, -1 / 4, 1 / 3, 5 / 12, 1 / 2, -1 / 12, 1 / 4], scale: 12, p: 0.140625 },
  { differences: [1 / 2, -1 / 2], scale: 2, p: 1 },
];

test.each(TABLE)("$differences gives $p by counting sums", ({ differences, scale, p }) => {
  expect(signFlipTest(differences, { scale })).toMatchObject({ pValue: p, isExact: true });
  expect(signFlipTest(differences, { scale: scale * 1_000 })).toMatchObject({ pValue: p, isExact: true });
});

test.each(TABLE)("$differences gives $p by going through the patterns", ({ differences, p }) => {
  expect(signFlipTest(differences)).toMatchObject({ pValue: p, isExact: true });
});

test("decimals of any size", () => {
  const result = signFlipTest([0.31, -0.27, 1.4, 0.92, 0.05, -0.6, 2.2]);
  expect(result.pValue).toBe(0.171875);
  expect(result.mean).toBeCloseTo(4.01 / 7, 12);
});

test("says what the smallest p could have been: zeros have no sign to flip", () => {
  expect(signFlipTest([0, 0, 0.5, 0.5, 1], { scale: 2 }).minAttainableP).toBe(0.25);
  expect(signFlipTest([0, 0])).toEqual({ pValue: 1, isExact: true, mean: 0, minAttainableP: 1 });
});

test("counting is exact for many cases, drawing agrees with it and repeats under one seed", () => {
  const differences = Array.from(
    { length: 200 },
    (_, index) => (((index * 7) % 9) - 3.6 > 0 ? 1 : -1) * ((index % 5) / 8),
  );
  const exact = signFlipTest(differences, { scale: 8 });
  const draw = () => signFlipTest(differences, { random: seededRandom(7) });
  expect(exact.isExact).toBe(true);
  expect(draw().isExact).toBe(false);
  expect(Math.abs(draw().pValue - exact.pValue)).toBeLessThan(0.02);
  expect(draw()).toEqual(draw());
  expect(signFlipTest(differences, { scale: 8, exactStepsMax: 10 }).isExact).toBe(false);
});

test("a drawn p is never 0", () => {
  const differences = Array.from({ length: 40 }, (_, index) => 1 + index / 100);
  expect(signFlipTest(differences, { draws: 99 })).toMatchObject({ pValue: 0.01, minAttainableP: 0.01 });
});

test.each([
  { why: "no case", differences: [], options: {}, code: "stats.bad_sample" },
  { why: "no number", differences: [Number.NaN], options: {}, code: "stats.bad_sample" },
  { why: "a scale that does not fit", differences: [1 / 3], options: { scale: 4 }, code: "stats.bad_sample" },
  { why: "a scale of 0", differences: [1], options: { scale: 0 }, code: "stats.bad_option" },
  { why: "no draws", differences: [1], options: { draws: 0 }, code: "stats.bad_option" },
])("refuses $why", ({ differences, options, code }) => {
  expect(() => signFlipTest(differences, options)).toThrow(expect.objectContaining({ code }));
});

test("counting and going through agree, p is a probability, and swapping the sides changes nothing", () => {
  const eighths = fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(eighths, (whole) => {
      const differences = whole.map((value) => value / 8);
      const { pValue, minAttainableP } = signFlipTest(differences, { scale: 8 });
      expect(pValue).toBeCloseTo(signFlipTest(differences).pValue, 12);
      expect(pValue).toBeLessThanOrEqual(1);
      expect(pValue).toBeGreaterThanOrEqual(minAttainableP);
      expect(
        signFlipTest(
          differences.map((difference) => -difference),
          { scale: 8 },
        ).pValue,
      ).toBe(pValue);
    }),
  );
});
