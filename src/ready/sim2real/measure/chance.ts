import { invariant, type Random } from "../../../kernel/index.ts";
import { minPermutationP, observedWeights, permutedWeights } from "../../../stats/index.ts";
import { distanceOf } from "./distance-of.ts";
import { type DimensionSample, runWeights } from "./dimension-sample.ts";

export interface ChanceResult {
  readonly distance: number;
  /** Mean distance of units dealt out at random. */
  readonly expected: number;
  readonly pValue: number;
  readonly minAttainableP: number;
}

/** Holds a distance against those of the same runs dealt to the sides at random. */
export function againstChance(sample: DimensionSample, draws: number, random: Random): ChanceResult {
  const { countA, countB } = sample;
  // Who all say the same can show nothing, whatever the draw.
  if (sample.profile.rows.length === 1) return { distance: 0, expected: 0, pValue: 1, minAttainableP: 1 };
  const distance = distanceBy(sample, observedWeights({ countA, countB }));
  let sum = 0;
  let asLarge = 0;
  for (let draw = 0; draw < draws; draw += 1) {
    const drawn = distanceBy(sample, permutedWeights({ countA, countB, random }));
    sum += drawn;
    if (drawn >= distance - 1e-9) asLarge += 1;
  }
  const minAttainableP = minPermutationP({ countA, countB, drawn: draws });
  // Drawn labellings may miss the most extreme one, though its mirror alone is a share of all there are.
  const pValue = Math.max((1 + asLarge) / (1 + draws), minAttainableP);
  return { distance, expected: sum / draws, pValue, minAttainableP };
}

function distanceBy({ dimension, profile, unitOf }: DimensionSample, units: { a: Float64Array; b: Float64Array }) {
  const weights = { a: runWeights(unitOf, units.a), b: runWeights(unitOf, units.b) };
  const distance = distanceOf(dimension.kind, profile, weights);
  invariant(distance !== null, "every unit tells, and each side has some");
  return distance;
}
