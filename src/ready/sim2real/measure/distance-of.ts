import {
  jensenShannonDistance,
  kolmogorovSmirnovDistance,
  type MassPair,
  weightedJaccardDistance,
} from "../../../stats/index.ts";
import type { Dimension } from "../dimensions/dimension.ts";
import { type Profile, sideMasses } from "./profile.ts";

/** How far apart the sides lie, in [0, 1]; null where one of them tells nothing. */
export function distanceOf(
  kind: Dimension["kind"],
  profile: Profile,
  weights: { readonly a: Float64Array; readonly b: Float64Array },
): number | null {
  // Who all say the same differ in no draw: most configuration is such.
  if (profile.rows.length === 1) return tells(profile, weights) ? 0 : null;
  const a = sideMasses(profile, weights.a);
  const b = sideMasses(profile, weights.b);
  return a === null || b === null ? null : DISTANCES[kind]({ a, b });
}

const DISTANCES: Readonly<Record<Dimension["kind"], (pair: MassPair) => number>> = {
  categories: jensenShannonDistance,
  numbers: kolmogorovSmirnovDistance,
  things: ({ a, b }) => weightedJaccardDistance({ a: asShares(a), b: asShares(b) }),
};

function tells({ rowOf }: Profile, { a, b }: { readonly a: Float64Array; readonly b: Float64Array }): boolean {
  return [a, b].every((side) => rowOf.some((row, run) => row >= 0 && side[run]! > 0));
}

/** Sums of shares may end a hair above 1. */
function asShares(masses: ArrayLike<number>): Float64Array {
  const shares = new Float64Array(masses.length);
  for (let index = 0; index < shares.length; index += 1) shares[index] = Math.min(1, masses[index]!);
  return shares;
}
