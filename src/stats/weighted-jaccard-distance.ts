import type { MassPair } from "./assert-masses.ts";
import { AegisError } from "../kernel/index.ts";

/**
 * How far apart two sides lie in what they hold: 1 minus the sum of the smaller shares over the sum of the larger ones.
 * Where every member of a side holds the same things it is the Jaccard distance of the two sets.
 *
 * @param pair.a, pair.b for each thing the share of the side's members that hold it, in [0, 1]; same length and order
 * @returns in [0, 1]; 0 where nobody holds anything
 * @throws {AegisError} "stats.bad_sample"
 * @see S. Ioffe (2010), Improved Consistent Sampling, Weighted Minhash and L1 Sketching, ICDM, 246-255
 */
export function weightedJaccardDistance({ a, b }: MassPair): number {
  if (a.length !== b.length) {
    throw new AegisError("stats.bad_sample", `${a.length} shares cannot be held against ${b.length}`);
  }
  let smaller = 0;
  let larger = 0;
  for (let index = 0; index < a.length; index += 1) {
    const [shareA, shareB] = [a[index]!, b[index]!];
    if (!(shareA >= 0 && shareA <= 1 && shareB >= 0 && shareB <= 1)) {
      throw new AegisError("stats.bad_sample", `at ${index} stand no shares: ${shareA} and ${shareB}`, {
        details: { index },
      });
    }
    smaller += Math.min(shareA, shareB);
    larger += Math.max(shareA, shareB);
  }
  return larger === 0 ? 0 : 1 - smaller / larger;
}
