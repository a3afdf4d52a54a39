import { AegisError } from "../kernel/index.ts";
import { assertOpenProportion, assertSample } from "./assert-input.ts";
import { meanAndVariance } from "./mean-and-variance.ts";
import { normalQuantile } from "./normal-quantile.ts";
import { studentTQuantile } from "./student-t-quantile.ts";
import { wilsonBounds } from "./wilson-bounds.ts";

export interface MeanDifference {
  readonly mean: number;
  /** Undefined together with `upper` when the differences show no spread and no `bound` was given. */
  readonly lower: number | undefined;
  readonly upper: number | undefined;
  /** Of the mean, across cases; undefined for a single case. */
  readonly standardError: number | undefined;
  readonly caseCount: number;
}

/**
 * Mean of one paired difference a case (b minus a, any unit), with Student's t interval across cases.
 *
 * Cases without any spread give t a width of zero, which would claim certainty. When the differences are known to lie
 * in [-bound, bound], the interval then allows for the share of unseen cases that Wilson's interval cannot exclude
 * (none of caseCount differed), each of them at the far end of the range.
 *
 * @param differences one finite number a case, at least one
 * @param options.confidence in (0, 1), 0.95 unless given
 * @param options.bound largest possible size of a difference: 1 for pass rates; the interval is clamped to it
 * @throws {AegisError} "stats.bad_sample" for no or infinite differences, or one beyond the bound; "stats.bad_option"
 */
export function meanDifferenceInterval(
  differences: readonly number[],
  { confidence = 0.95, bound }: { readonly confidence?: number; readonly bound?: number } = {},
): MeanDifference {
  assertSample("differences", differences);
  assertOpenProportion("confidence", confidence);
  assertBound(differences, bound);
  const { mean, variance } = meanAndVariance(differences);
  const caseCount = differences.length;
  const standardError = variance === undefined ? undefined : Math.sqrt(variance / caseCount);
  const upperProbability = (1 + confidence) / 2;
  if (standardError) {
    const halfWidth = studentTQuantile(upperProbability, caseCount - 1) * standardError;
    const limit = bound ?? Number.POSITIVE_INFINITY;
    const lower = Math.max(-limit, mean - halfWidth);
    return { mean, lower, upper: Math.min(limit, mean + halfWidth), standardError, caseCount };
  }
  if (bound === undefined) return { mean, lower: undefined, upper: undefined, standardError, caseCount };
  const unseen = wilsonBounds({ rate: 0, total: caseCount, z: normalQuantile(upperProbability) }).upper;
  const lower = mean - unseen * (bound + mean);
  return { mean, lower, upper: mean + unseen * (bound - mean), standardError, caseCount };
}

function assertBound(differences: readonly number[], bound: number | undefined): void {
  if (bound === undefined) return;
  if (!(bound > 0 && Number.isFinite(bound))) {
    throw new AegisError("stats.bad_option", `bound must be above 0, not ${bound}`);
  }
  const index = differences.findIndex((difference) => Math.abs(difference) > bound);
  if (index >= 0) {
    throw new AegisError("stats.bad_sample", `differences[${index}] is beyond ${bound}`, { details: { index, bound } });
  }
}
