import { expect, test } from "vitest";
import { seededRandom } from "../kernel/index.ts";
import { bootstrapWeights, minPermutationP, observedWeights, permutedWeights } from "./two-sample-weights.ts";

test("as measured, every unit stands once on its own side", () => {
  const { a, b } = observedWeights({ countA: 2, countB: 3 });
  expect([...a, ...b]).toEqual([1, 1, 0, 0, 0, 0, 0, 1, 1, 1]);
});

// The exact standard deviation of a bootstrapped mean of 1, 4, 4, 9: reference/distances.py.
test("bootstrap draws stay on their side and spread as the formula says", () => {
  const random = seededRandom(1);
  const values = [1, 4, 4, 9];
  const means = Array.from({ length: 20_000 }, () => {
    const { a, b } = bootstrapWeights({ countA: 4, countB: 2, random });
    expect(a[4]! + a[5]! + b[0]! + b[1]! + b[2]! + b[3]!).toBe(0);
    expect(b[4]! + b[5]!).toBe(2);
    return values.reduce((sum, value, index) => sum + value * a[index]!, 0) / 4;
  });
  const mean = means.reduce((sum, each) => sum + each, 0) / means.length;
  const variance = means.reduce((sum, each) => sum + (each - mean) ** 2, 0) / means.length;
  expect(Math.abs(mean - 4.5)).toBeLessThan(0.03);
  expect(Math.abs(Math.sqrt(variance) - 1.4361406616345072)).toBeLessThan(0.03);
});

test("dealt out anew, all ten ways of 2 and 3 units come about as often", () => {
  const random = seededRandom(2);
  const counts = new Map<string, number>();
  for (let draw = 0; draw < 10_000; draw += 1) {
    const { a, b } = permutedWeights({ countA: 2, countB: 3, random });
    expect([...a].map((weight, index) => weight + b[index]!)).toEqual([1, 1, 1, 1, 1]);
    const key = a.join("");
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  expect(counts.size).toBe(10);
  for (const [key, count] of counts) {
    expect(key.match(/1/g)).toHaveLength(2);
    // Five standard deviations of a binomial count around 1,000.
    expect(Math.abs(count - 1_000)).toBeLessThan(150);
  }
});

// By hand: 1 / C(5, 2), 2 / C(8, 4), and the drawn labellings where those are fewer.
test.each([
  { countA: 2, countB: 3, drawn: 999, expected: 0.1 },
  { countA: 4, countB: 4, drawn: 999, expected: 2 / 70 },
  { countA: 1, countB: 1, drawn: 999, expected: 1 },
  { countA: 40, countB: 40, drawn: 999, expected: 0.001 },
])("$countA against $countB: p is at least $expected", ({ countA, countB, drawn, expected }) => {
  expect(minPermutationP({ countA, countB, drawn })).toBeCloseTo(expected, 9);
});

test("refuses an empty side", () => {
  expect(() => observedWeights({ countA: 0, countB: 3 })).toThrow(
    expect.objectContaining({ code: "stats.bad_option" }),
  );
});
