import { AegisError, type Random, seededRandom } from "../kernel/index.ts";
import { assertPositiveInteger, assertSample } from "./assert-input.ts";

export interface SignFlipOptions {
  /**
   * Integer that makes every difference whole: the least common multiple of the trial counts, see `commonScale`.
   * With it the test is exact by counting sums rather than sign patterns.
   */
  readonly scale?: number | undefined;
  /** Used only when exact counting would be too much work; seeded with 0 unless given. */
  readonly random?: Random;
  /** Sign patterns drawn then; 9,999 unless given. */
  readonly draws?: number;
  /** Steps of exact counting allowed; 20,000,000 unless given, under a second. */
  readonly exactStepsMax?: number;
}

export interface SignFlipResult {
  /** Two-sided, in (0, 1]. */
  readonly pValue: number;
  readonly isExact: boolean;
  /** Mean difference, in the unit of the differences. */
  readonly mean: number;
  /** The smallest p any outcome with these sizes of differences could give. */
  readonly minAttainableP: number;
}

/**
 * Paired permutation test: if the two versions were the same, each case's difference could as well have had the other
 * sign. p is the share of sign patterns whose sum is at least as far from 0 as the one seen.
 *
 * @param differences one finite number a case (b minus a), at least one; any unit
 * @throws {AegisError} "stats.bad_sample" for no or infinite differences, or when `scale` does not make them whole;
 *   "stats.bad_option" for a scale, draws or steps below 1
 * @see R. A. Fisher (1935), The Design of Experiments, section 21; (b + 1) / (m + 1) from Phipson & Smyth (2010)
 */
export function signFlipTest(
  differences: readonly number[],
  { scale, random = seededRandom(0), draws = 9_999, exactStepsMax = 20_000_000 }: SignFlipOptions = {},
): SignFlipResult {
  assertSample("differences", differences);
  assertPositiveInteger("draws", draws);
  assertPositiveInteger("exactStepsMax", exactStepsMax);
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
  // A difference of 0 has no sign to flip.
  const changed = differences.filter((difference) => difference !== 0);
  const minAttainableP = Math.min(1, 2 ** (1 - changed.length));
  if (changed.length === 0) return { pValue: 1, isExact: true, mean, minAttainableP };
  const whole = scale === undefined ? undefined : wholeDifferences(changed, scale);
  const stepsOfCounting = whole && whole.length * whole.reduce((sum, size) => sum + Math.abs(size), 0);
  if (whole && stepsOfCounting !== undefined && stepsOfCounting <= exactStepsMax) {
    return { pValue: countSums(whole), isExact: true, mean, minAttainableP };
  }
  if (changed.length <= 16 && 2 ** changed.length <= exactStepsMax) {
    return { pValue: enumeratePatterns(changed), isExact: true, mean, minAttainableP };
  }
  const pValue = drawPatterns(changed, { random, draws });
  return { pValue, isExact: false, mean, minAttainableP: Math.max(minAttainableP, 1 / (draws + 1)) };
}

/** Differences as whole numbers without a common factor, so that there are as few sums as possible. */
function wholeDifferences(differences: readonly number[], scale: number): number[] {
  assertPositiveInteger("scale", scale);
  const whole = differences.map((difference, index) => {
    const scaled = Math.round(difference * scale);
    if (Math.abs(difference * scale - scaled) > 1e-6 * Math.max(1, Math.abs(scaled)) || scaled === 0) {
      throw new AegisError("stats.bad_sample", `${difference} is no multiple of 1/${scale}`, {
        details: { index, scale },
      });
    }
    return scaled;
  });
  const factor = whole.reduce((divisor, value) => greatestCommonDivisor(divisor, Math.abs(value)), 0);
  return whole.map((value) => value / factor);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Exact: the chance of each sum of a random subset of the sizes, one case at a time. */
function countSums(whole: readonly number[]): number {
  const sizes = whole.map(Math.abs);
  const largest = sizes.reduce((sum, size) => sum + size, 0);
  const observed = Math.abs(whole.reduce((sum, value) => sum + value, 0));
  const chances = new Float64Array(largest + 1);
  chances[0] = 1;
  let reached = 0;
  for (const size of sizes) {
    reached += size;
    for (let sum = reached; sum >= 0; sum -= 1) {
      chances[sum] = (chances[sum]! + (sum >= size ? chances[sum - size]! : 0)) / 2;
    }
  }
  // A subset of sum s kept positive leaves the rest negative: s - (largest - s). Both ends are symmetric.
  let tail = 0;
  for (let sum = 0; largest - 2 * sum >= observed; sum += 1) tail += chances[sum]!;
  return Math.min(1, observed === 0 ? 1 : 2 * tail);
}

/** Exact for a few cases of any size; sums within rounding of the observed one count as equal to it. */
function enumeratePatterns(differences: readonly number[]): number {
  let sums = [0];
  for (const difference of differences) sums = sums.flatMap((sum) => [sum + difference, sum - difference]);
  const threshold = thresholdOf(differences);
  return sums.filter((sum) => Math.abs(sum) >= threshold).length / sums.length;
}

function drawPatterns(differences: readonly number[], options: { random: Random; draws: number }): number {
  const threshold = thresholdOf(differences);
  let atLeast = 0;
  for (let draw = 0; draw < options.draws; draw += 1) {
    let sum = 0;
    for (const difference of differences) sum += options.random() < 0.5 ? difference : -difference;
    if (Math.abs(sum) >= threshold) atLeast += 1;
  }
  return (atLeast + 1) / (options.draws + 1);
}

function thresholdOf(differences: readonly number[]): number {
  const largest = differences.reduce((sum, difference) => sum + Math.abs(difference), 0);
  return Math.abs(differences.reduce((sum, difference) => sum + difference, 0)) - 1e-12 * largest;
}
