import type { Random } from "../kernel/index.ts";
import { assertPositiveInteger } from "./assert-input.ts";
import { logBinomial } from "./log-binomial.ts";

/** How often each unit counts on either side; units of a come first, then those of b. Length countA + countB. */
export interface TwoSampleWeights {
  readonly a: Float64Array;
  readonly b: Float64Array;
}

interface Sides {
  /** Independent units (runs, or clusters of runs that hang together) on either side; whole, at least 1. */
  readonly countA: number;
  readonly countB: number;
}

/** Both sides as they were measured: every unit once, on its own side. @throws {AegisError} "stats.bad_option" */
export function observedWeights({ countA, countB }: Sides): TwoSampleWeights {
  const weights = emptyWeights({ countA, countB });
  weights.a.fill(1, 0, countA);
  weights.b.fill(1, countA);
  return weights;
}

/**
 * One bootstrap draw: each side drawn again from itself, with replacement. Draw whole clusters, so that what belongs
 * together stays together.
 *
 * @throws {AegisError} "stats.bad_option"
 * @see B. Efron and R. J. Tibshirani (1993), An Introduction to the Bootstrap, chapter 8
 */
export function bootstrapWeights({ countA, countB, random }: Sides & { readonly random: Random }): TwoSampleWeights {
  const weights = emptyWeights({ countA, countB });
  for (let draw = 0; draw < countA; draw += 1) weights.a[Math.floor(random() * countA)]! += 1;
  for (let draw = 0; draw < countB; draw += 1) weights.b[countA + Math.floor(random() * countB)]! += 1;
  return weights;
}

/**
 * One draw of how the sides could look if there were no difference: all units are dealt out anew, as many to each side
 * as it had.
 *
 * @throws {AegisError} "stats.bad_option"
 * @see P. Good (2005), Permutation, Parametric and Bootstrap Tests of Hypotheses, chapter 3
 */
export function permutedWeights({ countA, countB, random }: Sides & { readonly random: Random }): TwoSampleWeights {
  const weights = emptyWeights({ countA, countB });
  const order = new Uint32Array(countA + countB);
  for (let unit = 0; unit < order.length; unit += 1) order[unit] = unit;
  // Only the smaller side is drawn; the other gets the rest.
  const [drawn, rest] = countA <= countB ? [weights.a, weights.b] : [weights.b, weights.a];
  rest.fill(1);
  for (let place = 0; place < Math.min(countA, countB); place += 1) {
    const taken = place + Math.floor(random() * (order.length - place));
    const unit = order[taken]!;
    order[taken] = order[place]!;
    drawn[unit] = 1;
    rest[unit] = 0;
  }
  return weights;
}

/**
 * The smallest p that dealing the units out anew can give to a distance, which is the same seen from either side.
 *
 * @param drawn labellings that are drawn, the observed one not counted
 * @returns in (0, 1]
 * @throws {AegisError} "stats.bad_option"
 */
export function minPermutationP({ countA, countB, drawn }: Sides & { readonly drawn: number }): number {
  assertPositiveInteger("drawn", drawn);
  emptyWeights({ countA, countB });
  // Equal sides can be swapped: the mirror image is as extreme.
  const extreme = countA === countB ? 2 : 1;
  return Math.min(1, Math.max(extreme * Math.exp(-logBinomial(countA + countB, countA)), 1 / (drawn + 1)));
}

function emptyWeights({ countA, countB }: Sides): TwoSampleWeights {
  assertPositiveInteger("countA", countA);
  assertPositiveInteger("countB", countB);
  return { a: new Float64Array(countA + countB), b: new Float64Array(countA + countB) };
}
