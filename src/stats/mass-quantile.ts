import { AegisError } from "../kernel/index.ts";
import { assertProportion } from "./assert-input.ts";
import { totalOf } from "./assert-masses.ts";

/**
 * The smallest point that has at least this share of the mass at or below it (numpy's `inverted_cdf` with weights).
 *
 * @param points ascending, any unit
 * @param masses at these points, finite and not negative, with a total above 0
 * @param q proportion in [0, 1]
 * @throws {AegisError} "stats.bad_sample", "stats.bad_option"
 * @see R. J. Hyndman & Y. Fan (1996), Amer. Statist. 50(4), 361-365, definition 1
 */
export function massQuantile(
  { points, masses }: { readonly points: ArrayLike<number>; readonly masses: ArrayLike<number> },
  q: number,
): number {
  assertProportion("q", q);
  const total = totalOf("masses", masses);
  if (points.length !== masses.length) {
    throw new AegisError("stats.bad_sample", `${masses.length} masses do not lie on ${points.length} points`);
  }
  let below = 0;
  let last = 0;
  for (let index = 0; index < points.length; index += 1) {
    if (masses[index]! === 0) continue;
    below += masses[index]!;
    last = points[index]!;
    // A hair for sums of shares that do not quite reach q.
    if (below >= q * total * (1 - 1e-12)) return last;
  }
  return last;
}
