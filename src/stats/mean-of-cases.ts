import { meanAndVariance } from "./mean-and-variance.ts";
import { normalQuantile } from "./normal-quantile.ts";
import { studentTQuantile } from "./student-t-quantile.ts";
import { wilsonBounds } from "./wilson-bounds.ts";

export interface MeanOfCases {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
  /** Of the mean, across cases. Undefined for a single case: one case says nothing about how cases differ. */
  readonly standardError: number | undefined;
  /** "wilson" when the cases show no spread to estimate an error from. */
  readonly method: "t" | "wilson";
}

/**
 * Mean of one value in [0, 1] for each case, with the interval for cases drawn like these.
 * Student's t across cases, clamped to [0, 1]. A single case, or cases that all agree, would give no or zero width;
 * then each case counts as one trial in Wilson's interval, which is as much as that many cases can say.
 * Callers have checked their input.
 */
export function meanOfCases(values: readonly number[], confidence: number): MeanOfCases {
  const { mean, variance } = meanAndVariance(values);
  const count = values.length;
  const standardError = variance === undefined ? undefined : Math.sqrt(variance / count);
  const upperProbability = (1 + confidence) / 2;
  if (!standardError) {
    const bounds = wilsonBounds({ rate: mean, total: count, z: normalQuantile(upperProbability) });
    return { mean, ...bounds, standardError, method: "wilson" };
  }
  const halfWidth = studentTQuantile(upperProbability, count - 1) * standardError;
  const lower = Math.max(0, mean - halfWidth);
  const upper = Math.min(1, mean + halfWidth);
  return { mean, lower, upper, standardError, method: "t" };
}
