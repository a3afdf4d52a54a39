import { hypergeometric, type Outcome, type Totals } from "./fisher-tails.ts";

export interface FisherResult {
  readonly pWorse: number;
  readonly pBetter: number;
  readonly pTwoSided: number;
}

/**
 * Fisher's exact test of two pass counts: conditional on how many passed in all. Callers have checked their input.
 * @see R. A. Fisher (1935); two-sided as in R: every outcome at most as likely as the one seen
 */
export function fisherExact(totals: Totals, { passedA, passedB }: Outcome): FisherResult {
  const { first, weights, sum } = hypergeometric(totals, passedA + passedB);
  const observed = passedB - first;
  const limit = weights[observed]! * (1 + 1e-7);
  const share = (part: Float64Array) => Math.min(1, part.reduce((total, weight) => total + weight, 0) / sum);
  return {
    pWorse: share(weights.slice(0, observed + 1)),
    pBetter: share(weights.slice(observed)),
    pTwoSided: share(weights.filter((weight) => weight <= limit)),
  };
}
