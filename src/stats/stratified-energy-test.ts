import { euclideanDistances, type VectorScale } from "./euclidean-distances.ts";
import {
  type EnergyTestOptions,
  type EnergyTestResult,
  stratifiedEnergyTestOnDistances,
} from "./stratified-energy-test-on-distances.ts";

export interface VectorStratum {
  /** At least one vector; all of the stratum have one length, finite numbers. */
  readonly a: readonly (readonly number[])[];
  readonly b: readonly (readonly number[])[];
}

/**
 * `stratifiedEnergyTestOnDistances` for vectors: one stratum a case.
 *
 * @param options.scale "none" unless given; "pooled" scales within each stratum, so that each case counts alike
 * @throws {AegisError} "stats.bad_sample" for strata that are not such, "stats.bad_option" for permutations
 */
export function stratifiedEnergyTest(
  strata: readonly VectorStratum[],
  { scale = "none", ...options }: EnergyTestOptions & { readonly scale?: VectorScale } = {},
): EnergyTestResult {
  const tables = strata.map(({ a, b }) => ({ distances: euclideanDistances([...a, ...b], scale), countA: a.length }));
  return stratifiedEnergyTestOnDistances(tables, options);
}
