import { BINOMIAL_TOTAL_MAX, binomialRow } from "./binomial-probabilities.ts";
import { logBinomial } from "./log-binomial.ts";

/** Trials of two sides, integers >= 1. */
export interface Totals {
  readonly totalA: number;
  readonly totalB: number;
}

/** A whole number of passes on each side. */
export interface Outcome {
  readonly passedA: number;
  readonly passedB: number;
}

/** Chances of passedB = first, first + 1, ... as weights over their sum. */
export interface Hypergeometric {
  readonly first: number;
  readonly weights: Float64Array;
  readonly sum: number;
}

/**
 * How passes spread over both sides when only their number in all is known.
 * Callers have checked their input.
 */
export function hypergeometric({ totalA, totalB }: Totals, passes: number): Hypergeometric {
  const first = Math.max(0, passes - totalA);
  const last = Math.min(totalB, passes);
  const weights = new Float64Array(last - first + 1);
  if (totalA + totalB <= BINOMIAL_TOTAL_MAX) {
    // Whole numbers as long as they are small: a p of exactly 0.05 must not come out a hair above it.
    const rowA = binomialRow(totalA);
    const rowB = binomialRow(totalB);
    for (let passedB = first; passedB <= last; passedB += 1) {
      weights[passedB - first] = rowB[passedB]! * rowA[passes - passedB]!;
    }
  } else {
    const all = logBinomial(totalA + totalB, passes);
    for (let passedB = first; passedB <= last; passedB += 1) {
      const log = logBinomial(totalB, passedB) + logBinomial(totalA, passes - passedB) - all;
      weights[passedB - first] = Math.exp(log);
    }
  }
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return { first, weights, sum };
}

const cache = new Map<string, Float64Array>();
const CACHED_CELLS_MAX = 4_000_000;
let cachedCells = 0;

/**
 * Fisher's one-sided p "b is worse" for every outcome at once, at index passedA * (totalB + 1) + passedB.
 * Kept, because a suite asks for the same totals once a case.
 */
export function fisherTails({ totalA, totalB }: Totals): Float64Array {
  const key = `${totalA}/${totalB}`;
  const known = cache.get(key);
  if (known) return known;
  const tails = new Float64Array((totalA + 1) * (totalB + 1));
  for (let passes = 0; passes <= totalA + totalB; passes += 1) {
    const { first, weights, sum } = hypergeometric({ totalA, totalB }, passes);
    let tail = 0;
    for (let passedB = first; passedB < first + weights.length; passedB += 1) {
      tail += weights[passedB - first]!;
      tails[(passes - passedB) * (totalB + 1) + passedB] = Math.min(1, tail / sum);
    }
  }
  if (cachedCells + tails.length > CACHED_CELLS_MAX) {
    cache.clear();
    cachedCells = 0;
  }
  cachedCells += tails.length;
  cache.set(key, tails);
  return tails;
}
