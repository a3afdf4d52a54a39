import { energyTestOnDistances } from "./energy-test-on-distances.ts";
import { euclideanDistances, type VectorScale } from "./euclidean-distances.ts";
import type { EnergyTestOptions, EnergyTestResult } from "./stratified-energy-test-on-distances.ts";

/**
 * Do two samples of vectors come from one distribution? Permutation test on the energy distance: it notices changes of
 * mean, spread and shape. The method is described at `stratifiedEnergyTestOnDistances`.
 *
 * @param samplesA, samplesB at least one vector each, all of one length, finite numbers
 * @param options.scale "none" unless given; "pooled" when the coordinates have different units
 * @throws {AegisError} "stats.bad_sample" for samples that are not such, "stats.bad_option" for permutations
 */
export function energyDistanceTest(
  samplesA: readonly (readonly number[])[],
  samplesB: readonly (readonly number[])[],
  { scale = "none", ...options }: EnergyTestOptions & { readonly scale?: VectorScale } = {},
): EnergyTestResult {
  const distances = euclideanDistances([...samplesA, ...samplesB], scale);
  return energyTestOnDistances({ distances, countA: samplesA.length, ...options });
}
