import { assertPositiveInteger } from "./assert-input.ts";

/**
 * Least common multiple of trial counts: the `scale` at which differences of pass rates are whole numbers.
 *
 * @param trialCounts integers >= 1
 * @returns undefined when it would exceed 1,000,000, where exact counting no longer pays
 * @throws {AegisError} "stats.bad_option" for a count below 1
 */
export function commonScale(trialCounts: readonly number[]): number | undefined {
  let scale = 1;
  for (const count of new Set(trialCounts)) {
    assertPositiveInteger("a trial count", count);
    let [a, b] = [scale, count];
    while (b > 0) [a, b] = [b, a % b];
    scale = (scale / a) * count;
    if (scale > 1_000_000) return undefined;
  }
  return scale;
}
