import { AegisError } from "../kernel/index.ts";
import { assertOpenProportion, assertPositiveInteger, assertProportion } from "./assert-input.ts";
import { type BoschlooRegion, boschlooRegion, regionProbability, regionSize } from "./boschloo-region.ts";
import { fisherPower } from "./fisher-power.ts";
import { fisherTails } from "./fisher-tails.ts";

export interface PowerQuestion {
  /** True pass rate of the baseline, in [0, 1]. */
  readonly a: number;
  /** True pass rate of the candidate, in [0, 1]. */
  readonly b: number;
  /** Trials a side, integer >= 1. */
  readonly trials: number;
  /** One-sided level, in (0, 1); 0.05 unless given. */
  readonly alpha?: number;
}

export interface Power {
  /** Chance that `compareCounts` gives pWorse <= alpha, in [0, 1]. */
  readonly power: number;
  /** "exact" up to 200 trials; beyond, the exact power of Fisher's test, a lower bound that is a few percent below. */
  readonly method: "exact" | "fisher";
}

export const EXACT_POWER_TRIALS_MAX = 200;
export const POWER_TRIALS_MAX = 100_000;

/**
 * Power to see that one case got worse: how likely `compareCounts` is to give pWorse <= alpha.
 *
 * @throws {AegisError} "stats.bad_option" when an argument is out of range, or above 100,000 trials
 */
export function powerOf({ a, b, trials, alpha = 0.05 }: PowerQuestion): Power {
  assertProportion("a", a);
  assertProportion("b", b);
  assertPositiveInteger("trials", trials);
  assertOpenProportion("alpha", alpha);
  if (trials > POWER_TRIALS_MAX) {
    throw new AegisError("stats.bad_option", `${trials} trials are too many to go through`, { details: { trials } });
  }
  if (trials <= EXACT_POWER_TRIALS_MAX) {
    return { power: regionProbability(rejectionRegion(trials, alpha), { a, b }), method: "exact" };
  }
  return { power: fisherPower({ a, b, trials, alpha }), method: "fisher" };
}

const cache = new Map<string, BoschlooRegion>();
const CACHED_REGIONS_MAX = 1_000;

/** All outcomes with pWorse <= alpha: Boschloo's p grows with Fisher's, so the largest Fisher level is searched for. */
function rejectionRegion(trials: number, alpha: number): BoschlooRegion {
  const key = `${trials} ${alpha}`;
  const known = cache.get(key);
  if (known) return known;
  const totals = { totalA: trials, totalB: trials };
  // Levels at most alpha are surely inside, and none far above can be.
  const levels = Float64Array.from(new Set(fisherTails(totals))).toSorted();
  let inside = -1;
  let outside = levels.length;
  while (outside - inside > 1) {
    const middle = (inside + outside) >> 1;
    const level = levels[middle]!;
    const isInside = level <= alpha || regionSize(boschlooRegion(totals, level), alpha) <= alpha;
    if (isInside) inside = middle;
    else outside = middle;
  }
  const region = boschlooRegion(totals, levels[inside] ?? -1);
  if (cache.size >= CACHED_REGIONS_MAX) cache.clear();
  cache.set(key, region);
  return region;
}
