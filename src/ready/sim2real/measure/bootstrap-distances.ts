import type { Random } from "../../../kernel/index.ts";
import { bootstrapWeights } from "../../../stats/index.ts";
import { distanceOf } from "./distance-of.ts";
import { type DimensionSample, runWeights, type RunSides } from "./dimension-sample.ts";

/**
 * Distances of both sides drawn again, whole clusters at a time, all dimensions of one draw from the same clusters: so
 * the index knows that dimensions move together.
 *
 * @returns one list per sample; null where a draw left a side silent
 */
export function bootstrapDistances(
  samples: readonly DimensionSample[],
  { sides, draws, random }: { readonly sides: RunSides; readonly draws: number; readonly random: Random },
): (number | null)[][] {
  const keys = [
    ...sides.evals.map(({ cluster }) => `e ${cluster}`),
    ...sides.production.map(({ cluster }) => `p ${cluster}`),
  ];
  const indexOf = new Map([...new Set(keys)].map((key, index) => [key, index]));
  const clusterOf = Int32Array.from(keys, (key) => indexOf.get(key)!);
  const countA = new Set(keys.slice(0, sides.evals.length)).size;
  const countB = indexOf.size - countA;
  const distances: (number | null)[][] = samples.map(() => []);
  for (let draw = 0; draw < draws; draw += 1) {
    const clusters = bootstrapWeights({ countA, countB, random });
    const weights = { a: runWeights(clusterOf, clusters.a), b: runWeights(clusterOf, clusters.b) };
    for (const [index, { dimension, profile }] of samples.entries()) {
      distances[index]!.push(distanceOf(dimension.kind, profile, weights));
    }
  }
  return distances;
}

/** Moved so that their mean is the measured distance: distances of draws from draws are larger than what was drawn from. */
export function centred(draws: readonly (number | null)[], distance: number): (number | null)[] {
  const told = draws.filter((draw) => draw !== null);
  const mean = told.reduce((sum, draw) => sum + draw, 0) / Math.max(1, told.length);
  return draws.map((draw) => (draw === null ? null : Math.min(1, Math.max(0, draw - mean + distance))));
}
