import type { Dimension, ReadContext } from "../dimensions/dimension.ts";
import type { GapSide } from "../gap-report.ts";
import type { RunFacts } from "../reading/run-facts.ts";
import { type Profile, profileOf } from "./profile.ts";

export interface RunSides {
  readonly evals: readonly RunFacts[];
  readonly production: readonly RunFacts[];
}

/** One dimension of both sides, and which runs are one piece of evidence in it. */
export interface DimensionSample {
  readonly dimension: Dimension;
  readonly profile: Profile;
  /** For each run its unit, numbered evals first; -1 where the log does not tell. */
  readonly unitOf: Int32Array;
  readonly countA: number;
  readonly countB: number;
  readonly evals: GapSide;
  readonly production: GapSide;
}

export function sampleDimension(dimension: Dimension, sides: RunSides, context: ReadContext): DimensionSample {
  const runs = [...sides.evals, ...sides.production];
  const profile = profileOf(dimension, runs, context);
  const units = new Map<string, number>();
  const unitOf = Int32Array.from(runs, (run, index) => {
    if (profile.rowOf[index]! < 0) return -1;
    const side = index < sides.evals.length ? "e" : "p";
    const key = dimension.evidence === "run" ? String(index) : `${side} ${run.cluster}`;
    if (!units.has(key)) units.set(key, units.size);
    return units.get(key)!;
  });
  const split = sides.evals.length;
  const evals = sideOf(unitOf.subarray(0, split), sides.evals);
  const production = sideOf(unitOf.subarray(split), sides.production);
  const countA = new Set(unitOf.subarray(0, split).filter((unit) => unit >= 0)).size;
  return { dimension, profile, unitOf, countA, countB: units.size - countA, evals, production };
}

/** Weights of units as weights of their runs. */
export function runWeights(unitOf: Int32Array, unitWeights: Float64Array): Float64Array {
  const weights = new Float64Array(unitOf.length);
  for (let run = 0; run < weights.length; run += 1) weights[run] = unitOf[run]! < 0 ? 0 : unitWeights[unitOf[run]!]!;
  return weights;
}

function sideOf(unitOf: Int32Array, runs: readonly RunFacts[]): GapSide {
  const telling = runs.filter((_, index) => unitOf[index]! >= 0);
  return { runCount: telling.length, clusterCount: new Set(telling.map(({ cluster }) => cluster)).size };
}
