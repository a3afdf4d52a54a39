import type { MassPair } from "./assert-masses.ts";
import { assertProbabilities } from "./assert-input.ts";
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
  assertProbabilities("a", a as readonly number[]);
  assertProbabilities("b", b as readonly number[]);
  let smaller = 0;
  let larger = 0;
  for (let index = 0; index < a.length; index += 1) {
    smaller += Math.min(a[index]!, b[index]!);
    larger += Math.max(a[index]!, b[index]!);
  }
  return larger === 0 ? 0 : 1 - smaller / larger;
}
