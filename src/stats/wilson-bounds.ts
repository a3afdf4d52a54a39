import type { Interval } from "./interval.ts";

/** Wilson's formula for any rate in [0, 1] and any, also fractional, total > 0. Callers have checked their input. */
export function wilsonBounds({
  rate,
  total,
  z,
}: {
  readonly rate: number;
  readonly total: number;
  readonly z: number;
}): Interval {
  const shrink = 1 + z ** 2 / total;
  const center = (rate + z ** 2 / (2 * total)) / shrink;
  const halfWidth = (z / shrink) * Math.sqrt((rate * (1 - rate)) / total + z ** 2 / (4 * total ** 2));
  // At 0 and 1 the bound is the rate itself; say so exactly rather than up to rounding.
  return {
    lower: rate === 0 ? 0 : Math.max(0, center - halfWidth),
    upper: rate === 1 ? 1 : Math.min(1, center + halfWidth),
  };
}
