import { binomialProbabilities } from "./binomial-probabilities.ts";
import { fisherTails, type Totals } from "./fisher-tails.ts";

/** Outcomes that speak at least this clearly for "b is worse": for each passedA, passedB up to a largest one. */
export interface BoschlooRegion extends Totals {
  /** Index passedA; the largest passedB inside, or -1. */
  readonly largestPassedB: Int32Array;
}

/** All outcomes whose one-sided Fisher p is at most the limit, up to rounding. */
export function boschlooRegion({ totalA, totalB }: Totals, fisherLimit: number): BoschlooRegion {
  const tails = fisherTails({ totalA, totalB });
  const limit = fisherLimit * (1 + 1e-9);
  const largestPassedB = new Int32Array(totalA + 1).fill(-1);
  // More passes of a make room for more passes of b, so one walk up the staircase finds every step.
  let passedB = -1;
  for (let passedA = 0; passedA <= totalA; passedA += 1) {
    while (passedB < totalB && tails[passedA * (totalB + 1) + passedB + 1]! <= limit) passedB += 1;
    largestPassedB[passedA] = passedB;
  }
  return { totalA, totalB, largestPassedB };
}

/** Chance that an outcome falls into the region when a and b pass at these rates. */
export function regionProbability(region: BoschlooRegion, rates: { readonly a: number; readonly b: number }): number {
  const chancesA = binomialProbabilities(region.totalA, rates.a);
  const chancesB = binomialProbabilities(region.totalB, rates.b);
  let probability = 0;
  let cumulated = 0;
  let reached = -1;
  for (let passedA = 0; passedA <= region.totalA; passedA += 1) {
    const largest = region.largestPassedB[passedA]!;
    while (reached < largest) {
      reached += 1;
      cumulated += chancesB[reached]!;
    }
    probability += chancesA[passedA]! * cumulated;
  }
  return Math.min(1, probability);
}

const GRID_STEPS = 240;

/**
 * Size of the region: its largest probability over all rates a and b could share.
 * The search runs over asin(sqrt(rate)), where binomial humps are equally wide everywhere (about 1 / (2 sqrt(n)), many
 * grid steps up to n = 1,000), then refines every promising hump by golden section.
 *
 * @param stopAbove the search may end at any value above this, when only "is it at most alpha" is asked
 */
export function regionSize(region: BoschlooRegion, stopAbove = Number.POSITIVE_INFINITY): number {
  const at = (angle: number) => {
    const rate = Math.sin(angle) ** 2;
    return regionProbability(region, { a: rate, b: rate });
  };
  const step = Math.PI / 2 / GRID_STEPS;
  const values = new Float64Array(GRID_STEPS + 1);
  let best = 0;
  // From the middle outwards, where a region that is too large usually shows it.
  for (let offset = 0; offset <= GRID_STEPS; offset += 1) {
    const index = GRID_STEPS / 2 + (offset % 2 === 0 ? -offset / 2 : (offset + 1) / 2);
    values[index] = at(index * step);
    best = Math.max(best, values[index]!);
    if (best > stopAbove) return best;
  }
  const promising = best * 0.9;
  for (let index = 0; index <= GRID_STEPS; index += 1) {
    const value = values[index]!;
    if (value < promising || value < (values[index - 1] ?? 0) || value < (values[index + 1] ?? 0)) continue;
    best = Math.max(best, humpTop(at, Math.max(0, index - 1) * step, Math.min(GRID_STEPS, index + 1) * step));
    if (best > stopAbove) return best;
  }
  return best;
}

/** Golden section search for the top of one hump. */
function humpTop(at: (angle: number) => number, from: number, to: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [from, to];
  let [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
  let [valueLeft, valueRight] = [at(left), at(right)];
  for (let step = 0; step < 24; step += 1) {
    if (valueLeft < valueRight) {
      [low, left, valueLeft] = [left, right, valueRight];
      right = low + ratio * (high - low);
      valueRight = at(right);
    } else {
      [high, right, valueRight] = [right, left, valueLeft];
      left = high - ratio * (high - low);
      valueLeft = at(left);
    }
  }
  return Math.max(valueLeft, valueRight);
}
