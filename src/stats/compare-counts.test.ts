import fc from "fast-check";
import { expect, test } from "vitest";
import { binomialProbabilities } from "./binomial-probabilities.ts";
import { compareCounts } from "./compare-counts.ts";

// From scipy 1.10.1: boschloo_exact(n=256) and fisher_exact; reference/tests.py.
test.each([
  { a: [3, 3], b: [0, 3], worse: 1 / 64, better: 1, fisher: [0.05, 1, 0.1] },
  {
    a: [9, 10],
    b: [5, 10],
    worse: 0.03115480767588736,
    better: 0.9785690307617201,
    fisher: [0.0704334364, 0.9945820433, 0.140866873],
  },
  { a: [5, 5], b: [3, 5], worse: 0.09368844999130067, better: 1, fisher: [0.2222222222, 1, 0.4444444444] },
  {
    a: [7, 8],
    b: [2, 6],
    worse: 0.03375523417743135,
    better: 0.9705311176419824,
    fisher: [0.0629370629, 0.997002997, 0.0909090909],
  },
  { a: [2, 4], b: [3, 4], worse: 0.8164062500000001, better: 0.36328125000000017, fisher: [0.9285714286, 0.5, 1] },
  {
    a: [18, 20],
    b: [11, 20],
    worse: 0.008357344278920197,
    better: 0.995250401432714,
    fisher: [0.0154751526, 0.9983289741, 0.0309503051],
  },
  {
    a: [40, 50],
    b: [30, 50],
    worse: 0.017601001148427588,
    better: 0.9865783685851771,
    fisher: [0.0242908158, 0.9921915067, 0.0485816316],
  },
  {
    a: [95, 100],
    b: [85, 100],
    worse: 0.011576255366755507,
    better: 0.9938445880475937,
    fisher: [0.0158600195, 0.9959603632, 0.0317200391],
  },
  {
    a: [150, 200],
    b: [130, 200],
    worse: 0.015713318392381683,
    better: 0.985920804332834,
    fisher: [0.0189660572, 0.9891301669, 0.0379321144],
  },
  {
    a: [12, 15],
    b: [20, 60],
    worse: 0.0006474481077649542,
    better: 0.9994739243696358,
    fisher: [0.0013688631, 0.9998532834, 0.0025353739],
  },
])("$a against $b: worse $worse, better $better", ({ a, b, worse, better, fisher }) => {
  const result = compareCounts({ a: countOf(a), b: countOf(b) });
  expect(result.pWorse).toBeCloseTo(worse, 8);
  expect(result.pBetter).toBeCloseTo(better, 8);
  expect(result.pTwoSided).toBeCloseTo(Math.min(1, 2 * Math.min(worse, better)), 8);
  expect(result.fisher.pWorse).toBeCloseTo(fisher[0]!, 9);
  expect(result.fisher.pBetter).toBeCloseTo(fisher[1]!, 9);
  expect(result.fisher.pTwoSided).toBeCloseTo(fisher[2]!, 9);
  expect(result.method).toBe("boschloo");
});

test("p values that are simple fractions come out as such, so that p <= 0.05 means it", () => {
  const { pWorse, minAttainablePWorse, fisher } = compareCounts({ a: countOf([3, 3]), b: countOf([0, 3]) });
  expect([pWorse, minAttainablePWorse, fisher.pWorse, fisher.pTwoSided]).toEqual([1 / 64, 1 / 64, 0.05, 0.1]);
});

// The one extreme outcome at its likeliest shared rate: n^n m^m / (n + m)^(n + m).
test.each([
  { totalA: 3, totalB: 3 },
  { totalA: 1, totalB: 1 },
  { totalA: 5, totalB: 8 },
  { totalA: 1, totalB: 20 },
])("$totalA and $totalB trials: the smallest p is that of all against none", ({ totalA, totalB }) => {
  const total = totalA + totalB;
  const smallest = (totalA / total) ** totalA * (totalB / total) ** totalB;
  expect(compareCounts({ a: countOf([1, totalA]), b: countOf([1, totalB]) }).minAttainablePWorse).toBeCloseTo(
    smallest,
    12,
  );
});

test("beyond 1,000 trials Fisher's p stands in", () => {
  const result = compareCounts({ a: { passed: 1_500, total: 2_000 }, b: { passed: 1_440, total: 2_000 } });
  expect(result).toMatchObject({ method: "fisher", pWorse: result.fisher.pWorse });
  // scipy 1.10.1: hypergeom.cdf(1440, 4000, 2940, 2000).
  expect(result.pWorse).toBeCloseTo(0.01725401203756847, 9);
});

test.each([
  { why: "no trials", a: [0, 0], b: [1, 2] },
  { why: "more passes than trials", a: [1, 2], b: [3, 2] },
])("refuses $why", ({ a, b }) => {
  expect(() => compareCounts({ a: countOf(a), b: countOf(b) })).toThrow(
    expect.objectContaining({ code: "stats.bad_counts" }),
  );
});

const anyCount = fc
  .integer({ min: 1, max: 12 })
  .chain((total) => fc.integer({ min: 0, max: total }).map((passed) => ({ passed, total })));

test("swapping sides or passes with failures turns worse into better, and Boschloo never exceeds Fisher", () => {
  fc.assert(
    fc.property(anyCount, anyCount, (a, b) => {
      const result = compareCounts({ a, b });
      const swapped = compareCounts({ a: b, b: a });
      const failed = compareCounts({ a: failures(a), b: failures(b) });
      expect(swapped.pWorse).toBe(result.pBetter);
      expect(failed.pBetter).toBeCloseTo(result.pWorse, 9);
      expect(result.pWorse).toBeLessThanOrEqual(result.fisher.pWorse + 1e-9);
      expect(result.pWorse).toBeGreaterThanOrEqual(result.minAttainablePWorse);
      expect(result.pWorse).toBeLessThanOrEqual(1);
    }),
  );
});

test("is honest: under equal rates p <= alpha happens with chance alpha at most", () => {
  const [totalA, totalB, alpha] = [9, 6, 0.05];
  for (const rate of [0.05, 0.3, 0.5, 0.77, 0.95]) {
    const [chancesA, chancesB] = [binomialProbabilities(totalA, rate), binomialProbabilities(totalB, rate)];
    let chance = 0;
    for (let a = 0; a <= totalA; a += 1) {
      for (let b = 0; b <= totalB; b += 1) {
        const { pWorse } = compareCounts({ a: { passed: a, total: totalA }, b: { passed: b, total: totalB } });
        if (pWorse <= alpha) chance += chancesA[a]! * chancesB[b]!;
      }
    }
    expect(chance).toBeLessThanOrEqual(alpha);
  }
});

function countOf(pair: readonly number[]): { passed: number; total: number } {
  return { passed: pair[0]!, total: pair[1]! };
}

function failures({ passed, total }: { passed: number; total: number }): { passed: number; total: number } {
  return { passed: total - passed, total };
}
