import type { Random } from "../../kernel/index.ts";
import {
  benjaminiHochberg,
  commonScale,
  type DistanceStratum,
  signFlipTest,
  stratifiedEnergyTestOnDistances,
} from "../../stats/index.ts";
import { PERMUTATIONS } from "./energy-test.ts";
import type { BehaviourShift, SuiteBehaviour } from "./comparison.ts";
import { type BehaviourFeature, behaviourFeatures } from "./behaviour-features.ts";
import type { BehaviourPair, TrialBehaviour } from "./trial-behaviour.ts";

/** Enough to be a finding among all features, and each draw relabels every case. */
const SUITE_PERMUTATIONS = 999;

/**
 * Shifts that are too small for any one case, seen over all of them: a sign-flip test for each feature's change per
 * case, which works from one trial on, and the energy test within cases, which needs two on a side.
 */
export function suiteShifts(
  pairs: readonly BehaviourPair[],
  { strata, alpha, random }: { strata: readonly DistanceStratum[]; alpha: number; random: Random },
): SuiteBehaviour {
  if (pairs.length === 0) return { verdict: "no difference shown", energyPValue: null, shifts: [] };
  const scale = commonScale(pairs.flatMap(({ a, b }) => [a.length, b.length]));
  const features = behaviourFeatures(pairs);
  const tested = features.map((feature) => testFeature(pairs, feature, { scale, random }));
  const isRepeated = strata.some(({ distances }) => distances.length > 2);
  const energyPValue = isRepeated
    ? stratifiedEnergyTestOnDistances(strata, { random, permutations: SUITE_PERMUTATIONS }).pValue
    : null;
  const pValues = [...tested.map(({ pValue }) => pValue), ...(energyPValue === null ? [] : [energyPValue])];
  const qValues = benjaminiHochberg(pValues);
  const shifts = tested
    .map((shift, index) => ({ ...shift, qValue: qValues[index]! }))
    .filter(({ qValue }) => qValue <= alpha)
    .sort((left, right) => left.pValue - right.pValue);
  const isChanged = shifts.length > 0 || (energyPValue !== null && qValues.at(-1)! <= alpha);
  return { verdict: isChanged ? "changed" : "no difference shown", energyPValue, shifts };
}

function testFeature(
  pairs: readonly BehaviourPair[],
  feature: BehaviourFeature,
  { scale, random }: { scale: number | undefined; random: Random },
): Omit<BehaviourShift, "qValue"> {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanOf = (trials: readonly TrialBehaviour[]) => mean(trials.map(feature.of));
  const means = pairs.map(({ a, b }) => ({ a: meanOf(a), b: meanOf(b) }));
  // Equal means of different numbers of trials may differ by rounding; that is no change.
  const differences = means.map(({ a, b }) => (Math.abs(b - a) <= 1e-9 * Math.abs(a + b) ? 0 : b - a));
  const { pValue } = signFlipTest(differences, {
    random,
    scale: feature.isWhole ? scale : undefined,
    draws: PERMUTATIONS - 1,
    exactStepsMax: 5_000_000,
  });
  const meanA = mean(means.map(({ a }) => a));
  const meanB = mean(means.map(({ b }) => b));
  return { feature: feature.name, meanA, meanB, pValue, text: feature.describe(meanA, meanB) };
}
