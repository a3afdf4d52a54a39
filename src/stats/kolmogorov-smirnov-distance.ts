import { type MassPair, totalsOf } from "./assert-masses.ts";

/**
 * Largest difference between two cumulative distributions. It depends on the order of the points alone, so it is the
 * same on any monotone scale (log or not), and one huge value weighs no more than any other.
 *
 * @param pair.a, pair.b masses at the same points, which ascend; as in `jensenShannonDistance`
 * @returns in [0, 1]
 * @throws {AegisError} "stats.bad_sample"
 * @see N. V. Smirnov (1948), Ann. Math. Statist. 19(2), 279-281
 */
export function kolmogorovSmirnovDistance({ a, b }: MassPair): number {
  const { totalA, totalB } = totalsOf({ a, b });
  let below = 0;
  let largest = 0;
  for (let index = 0; index < a.length; index += 1) {
    below += a[index]! / totalA - b[index]! / totalB;
    largest = Math.max(largest, Math.abs(below));
  }
  return Math.min(1, largest);
}
