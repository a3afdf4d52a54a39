import type { Random } from "../../kernel/index.ts";
import { discreteBenjaminiHochberg, type DistanceStratum, type EnergyTestResult } from "../../stats/index.ts";
import type { BehaviourEvidence } from "./comparison.ts";
import type { Levels } from "./compare-pass-rates.ts";
import { describeBehaviour } from "./describe-behaviour.ts";
import { dimensionDistances } from "./dimension-distances.ts";
import { energyTest, PERMUTATIONS } from "./energy-test.ts";
import { isSeparated } from "./is-separated.ts";
import type { BehaviourPair } from "./trial-behaviour.ts";

/** Drawn again for cases that no draw of the first round reached, where that still was too coarse for so many cases. */
const PERMUTATIONS_FINE = 100_000;
const FINE_CASES_MAX = 10;

export interface ComparedBehaviour {
  readonly evidence: readonly BehaviourEvidence[];
  /** For the test over all cases together. */
  readonly strata: readonly DistanceStratum[];
}

/** Does the agent act differently, whatever the results say? An exact or seeded permutation test for every case. */
export function compareBehaviour(
  pairs: readonly BehaviourPair[],
  { alpha, falseDiscoveryRate, random }: Levels & { readonly random: Random },
): ComparedBehaviour {
  const distances = pairs.map(dimensionDistances);
  const strata = pairs.map(({ a }, index) => ({ distances: distances[index]!.combined, countA: a.length }));
  const results = strata.map((stratum) => energyTest(stratum, random, PERMUTATIONS));
  let qValues = adjust(results, falseDiscoveryRate);
  const coarse = results.flatMap(({ isExact, pValue }, index) =>
    !isExact && pValue <= 2 / PERMUTATIONS && qValues[index]! > falseDiscoveryRate ? [index] : [],
  );
  if (coarse.length > 0 && coarse.length <= FINE_CASES_MAX) {
    for (const index of coarse) {
      results[index] = energyTest(strata[index]!, random, PERMUTATIONS_FINE);
    }
    qValues = adjust(results, falseDiscoveryRate);
  }
  const evidence = pairs.map((pair, index) => {
    const { pValue, minAttainableP, isExact } = results[index]!;
    const qValue = qValues[index]!;
    const isChanged = pValue <= alpha && qValue <= falseDiscoveryRate;
    const differences = describeBehaviour(pair, distances[index]!.strongest);
    return { pValue, qValue, minAttainableP, isExact, isChanged, isSeparated: isSeparated(pair), differences };
  });
  return { evidence, strata };
}

function adjust(results: readonly EnergyTestResult[], level: number): readonly number[] {
  return discreteBenjaminiHochberg(results, level).qValues;
}
