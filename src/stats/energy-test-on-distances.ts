import type { DistanceStratum } from "./energy-stratum.ts";
import {
  type EnergyTestOptions,
  type EnergyTestResult,
  stratifiedEnergyTestOnDistances,
} from "./stratified-energy-test-on-distances.ts";

/**
 * Energy test from any distances between trials, such as edit distances of their tool sequences.
 * One stratum of `stratifiedEnergyTestOnDistances`, where the method is described.
 *
 * @param sample.distances symmetric table; the trials of a come first
 * @param sample.countA trials of a, in [1, trials - 1]
 * @throws {AegisError} "stats.bad_sample" for distances that are none, "stats.bad_option" for permutations
 */
export function energyTestOnDistances({
  distances,
  countA,
  ...options
}: DistanceStratum & EnergyTestOptions): EnergyTestResult {
  return stratifiedEnergyTestOnDistances([{ distances, countA }], options);
}
