import { BINOMIAL_TOTAL_MAX } from "./binomial-probabilities.ts";
import { boschlooRegion, regionSize } from "./boschloo-region.ts";
import { type FisherResult, fisherExact } from "./fisher-exact.ts";
import { fisherTails, type Outcome, type Totals } from "./fisher-tails.ts";
import { logBinomial } from "./log-binomial.ts";
import { assertPassCount, type PassCount } from "./pass-count.ts";

export interface CountPair {
  /** The baseline. */
  readonly a: PassCount;
  /** The candidate. */
  readonly b: PassCount;
}

export interface CountComparison {
  /** One-sided: how surprising this few passes of b would be if b passed at a's rate. In [0, 1], 0 only by underflow. */
  readonly pWorse: number;
  /** One-sided the other way. */
  readonly pBetter: number;
  /** Twice the smaller one, at most 1. */
  readonly pTwoSided: number;
  /** The smallest pWorse these totals can give, at all passes for a and none for b. */
  readonly minAttainablePWorse: number;
  /** Fisher's exact test of the same counts, for readers who expect it. */
  readonly fisher: FisherResult;
  /** Above 1,000 trials a side Fisher's p stands in for Boschloo's: valid too, and by then nearly the same. */
  readonly method: "boschloo" | "fisher";
}

/** Up to here the search over the shared pass rate is fine enough and quick. */
const BOSCHLOO_TRIALS_MAX = BINOMIAL_TOTAL_MAX;

/**
 * Compares two sets of independent trials of one case by Boschloo's exact unconditional test. Only the totals are taken
 * as fixed, as they are in an experiment, which makes it more powerful than Fisher's test at every size.
 *
 * @param pair.a, pair.b passed and total as in `wilsonInterval`; the totals may differ
 * @throws {AegisError} "stats.bad_counts" when a count is out of range
 * @see R. D. Boschloo (1970), Statistica Neerlandica 24(1), 1-9
 */
export function compareCounts({ a, b }: CountPair): CountComparison {
  assertPassCount(a);
  assertPassCount(b);
  const fisher = fisherExact({ totalA: a.total, totalB: b.total }, { passedA: a.passed, passedB: b.passed });
  const isLarge = Math.max(a.total, b.total) > BOSCHLOO_TRIALS_MAX;
  const pWorse = isLarge ? fisher.pWorse : pOfWorse({ a, b });
  const pBetter = isLarge ? fisher.pBetter : pOfWorse({ a: b, b: a });
  return {
    pWorse,
    pBetter,
    pTwoSided: Math.min(1, 2 * Math.min(pWorse, pBetter)),
    minAttainablePWorse: isLarge ? Math.exp(-logBinomial(a.total + b.total, a.total)) : minBoschlooP({ a, b }),
    fisher,
    method: isLarge ? "fisher" : "boschloo",
  };
}

/** Boschloo's one-sided p that b is worse, at most `BOSCHLOO_TRIALS_MAX` trials a side. Input is checked. */
export function pOfWorse({ a, b }: CountPair): number {
  const key = `${a.passed}/${a.total} ${b.passed}/${b.total}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const totals = { totalA: a.total, totalB: b.total };
  const p = regionSize(boschlooRegion(totals, fisherPWorse(totals, { passedA: a.passed, passedB: b.passed })));
  if (cache.size >= CACHED_RESULTS_MAX) cache.clear();
  cache.set(key, p);
  return p;
}

/** Whether `pOfWorse` is at most alpha; quicker than asking for the number. */
export function isWorseAt({ a, b }: CountPair, alpha: number): boolean {
  const totals = { totalA: a.total, totalB: b.total };
  const fisherP = fisherPWorse(totals, { passedA: a.passed, passedB: b.passed });
  // Boschloo's p never exceeds Fisher's.
  return fisherP <= alpha || regionSize(boschlooRegion(totals, fisherP), alpha) <= alpha;
}

function fisherPWorse(totals: Totals, { passedA, passedB }: Outcome): number {
  return fisherTails(totals)[passedA * (totals.totalB + 1) + passedB]!;
}

/** The one extreme outcome: the same search as for every other, so that no p can come out below it by rounding. */
function minBoschlooP({ a, b }: CountPair): number {
  return pOfWorse({ a: { passed: a.total, total: a.total }, b: { passed: 0, total: b.total } });
}

const cache = new Map<string, number>();
const CACHED_RESULTS_MAX = 20_000;
