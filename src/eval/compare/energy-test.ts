import type { Random } from "../../kernel/index.ts";
import { type DistanceStratum, type EnergyTestResult, energyTestOnDistances } from "../../stats/index.ts";

/** Labellings drawn where there are too many to go through. */
export const PERMUTATIONS = 2_000;

/** `energyTestOnDistances` with a p that is never below what the trials can give. */
export function energyTest(stratum: DistanceStratum, random: Random, permutations: number): EnergyTestResult {
  const result = energyTestOnDistances({ ...stratum, random, permutations });
  // Drawn labellings may never hit the most extreme one, though its mirror alone is a share of all there are.
  return { ...result, pValue: Math.max(result.pValue, result.minAttainableP) };
}
