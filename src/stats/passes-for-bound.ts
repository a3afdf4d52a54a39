import { assertOpenProportion, assertPositiveInteger } from "./assert-input.ts";
import { normalQuantile } from "./normal-quantile.ts";
import { assertPassCount, type PassCount } from "./pass-count.ts";
import { wilsonBounds } from "./wilson-bounds.ts";

export interface BoundQuestion extends PassCount {
  /** What the lower bound of Wilson's interval must reach, in (0, 1). */
  readonly lowerMin: number;
  /** In (0, 1); 0.95 unless given. */
  readonly confidence?: number;
  /** Give up beyond this many further trials; 10,000 unless given. */
  readonly trialsMax?: number;
}

/**
 * Fewest further trials, every one of them passed, until Wilson's lower bound of the pass rate reaches `lowerMin`; 0 when
 * it does already. A failure among them makes it more.
 *
 * @returns undefined when more than `trialsMax` would be needed
 * @throws {AegisError} "stats.bad_counts" for a bad count, "stats.bad_option" for a bad level
 */
export function passesForBound({
  passed,
  total,
  lowerMin,
  confidence = 0.95,
  trialsMax = 10_000,
}: BoundQuestion): number | undefined {
  // No trial yet is a fair question here.
  if (passed !== 0 || total !== 0) assertPassCount({ passed, total });
  assertOpenProportion("lowerMin", lowerMin);
  assertOpenProportion("confidence", confidence);
  assertPositiveInteger("trialsMax", trialsMax);
  const z = normalQuantile((1 + confidence) / 2);
  const reaches = (more: number) => {
    const trials = total + more;
    return trials > 0 && wilsonBounds({ rate: (passed + more) / trials, total: trials, z }).lower >= lowerMin;
  };
  if (!reaches(trialsMax)) return undefined;
  // Each further pass raises the bound, so the first that is enough can be searched for.
  let few = -1;
  let enough = trialsMax;
  while (enough - few > 1) {
    const middle = (few + enough) >> 1;
    if (reaches(middle)) enough = middle;
    else few = middle;
  }
  return enough;
}
