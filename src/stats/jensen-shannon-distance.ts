import { type MassPair, totalsOf } from "./assert-masses.ts";

/**
 * How far apart two distributions over the same categories lie: the square root of the Jensen-Shannon divergence in
 * bits. A metric; 0 for the same shares, 1 for categories that have nothing in common.
 *
 * @param pair.a, pair.b counts or shares by category, same length and order, finite and not negative, each with a
 *   total above 0; they are divided by their totals
 * @returns in [0, 1]
 * @throws {AegisError} "stats.bad_sample"
 * @see J. Lin (1991), IEEE Trans. Inf. Theory 37(1), 145-151; D. M. Endres and J. E. Schindelin (2003), ibid. 49(7)
 */
export function jensenShannonDistance({ a, b }: MassPair): number {
  const { totalA, totalB } = totalsOf({ a, b });
  let divergence = 0;
  for (let index = 0; index < a.length; index += 1) {
    const shareA = a[index]! / totalA;
    const shareB = b[index]! / totalB;
    const middle = (shareA + shareB) / 2;
    if (shareA > 0) divergence += (shareA * Math.log2(shareA / middle)) / 2;
    if (shareB > 0) divergence += (shareB * Math.log2(shareB / middle)) / 2;
  }
  // Rounding may leave a hair outside.
  return Math.sqrt(Math.min(1, Math.max(0, divergence)));
}
