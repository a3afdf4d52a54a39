import { AegisError } from "../kernel/index.ts";
import { type MassPair, totalsOf } from "./assert-masses.ts";

/**
 * How far the mass of one distribution must be moved, on average, to make the other: the area between the two
 * cumulative distributions (first Wasserstein distance on a line).
 *
 * @param points ascending, finite, any unit
 * @param pair.a, pair.b masses at these points; as in `jensenShannonDistance`
 * @returns 0 or more, in the unit of the points; on logarithms, `exp` of it is the typical factor between the two
 * @throws {AegisError} "stats.bad_sample"
 * @see S. S. Vallender (1974), Theory Probab. Appl. 18(4), 784-786
 */
export function wassersteinDistance({ points, a, b }: MassPair & { readonly points: ArrayLike<number> }): number {
  const { totalA, totalB } = totalsOf({ a, b });
  if (points.length !== a.length) {
    throw new AegisError("stats.bad_sample", `${a.length} masses do not lie on ${points.length} points`);
  }
  let below = 0;
  let moved = 0;
  for (let index = 0; index + 1 < points.length; index += 1) {
    const step = points[index + 1]! - points[index]!;
    if (!(step >= 0 && step < Infinity)) {
      throw new AegisError("stats.bad_sample", `points do not ascend at ${index + 1}`, { details: { index } });
    }
    below += a[index]! / totalA - b[index]! / totalB;
    moved += Math.abs(below) * step;
  }
  return moved;
}
