import { AegisError } from "../kernel/index.ts";
import { assertOpenProportion } from "./assert-input.ts";
import type { Interval } from "./interval.ts";
import { normalQuantile } from "./normal-quantile.ts";
import { wilsonBounds } from "./wilson-bounds.ts";

export interface KappaResult {
  /** 1 is perfect agreement, 0 what chance would give. Undefined when both raters only ever used one same category. */
  readonly kappa: number | undefined;
  /** Undefined when kappa is. */
  readonly interval: Interval | undefined;
  /** Share of items both rated the same, in [0, 1]. */
  readonly observedAgreement: number;
  /** Wilson interval of the observed agreement. */
  readonly agreementInterval: Interval;
  /** Share that would agree by chance, given how often each rater uses each category. */
  readonly expectedAgreement: number;
  /** Agreement of always answering the first rater's commonest category: what a useless second rater could reach. */
  readonly baseRate: number;
  /** For each category, the share of the first rater's and of the second rater's ratings. */
  readonly firstRates: readonly number[];
  readonly secondRates: readonly number[];
  readonly count: number;
}

/**
 * Cohen's kappa of two raters over the same items, from counts: counts[i][j] items that the first rater (take the
 * reference, say a person) put into category i and the second into j.
 *
 * The interval uses the large-sample standard error of Fleiss, Cohen & Everitt, clamped to [-1, 1]. Where that error is
 * 0 (as for perfect agreement) Wilson's interval of the observed agreement is put on kappa's scale instead.
 *
 * @param counts square, at least 2 categories, integers >= 0, at least one item
 * @param options.confidence in (0, 1), 0.95 unless given
 * @throws {AegisError} "stats.bad_counts" for a table that is not such, "stats.bad_option" for a bad confidence
 * @see J. Cohen (1960), Educ. Psychol. Meas. 20(1), 37-46; Fleiss, Cohen & Everitt (1969), Psychol. Bull. 72(5), 323-327
 */
export function cohenKappa(
  counts: readonly (readonly number[])[],
  { confidence = 0.95 }: { readonly confidence?: number } = {},
): KappaResult {
  assertOpenProportion("confidence", confidence);
  const count = countItems(counts);
  const shares = counts.map((row) => row.map((items) => items / count));
  const firstRates = shares.map((row) => row.reduce((sum, share) => sum + share, 0));
  const secondRates = shares.map((_, column) => shares.reduce((sum, row) => sum + row[column]!, 0));
  const observedAgreement = counts.reduce((sum, row, index) => sum + row[index]!, 0) / count;
  const expectedAgreement = firstRates.reduce((sum, rate, index) => sum + rate * secondRates[index]!, 0);
  const z = normalQuantile((1 + confidence) / 2);
  const agreementInterval = wilsonBounds({ rate: observedAgreement, total: count, z });
  const onScale = (agreement: number) => (agreement - expectedAgreement) / (1 - expectedAgreement);
  const baseRate = Math.max(...firstRates);
  const rest = { observedAgreement, agreementInterval, expectedAgreement, baseRate, firstRates, secondRates, count };
  // Both raters used one and the same category throughout: chance explains everything, kappa is 0 / 0.
  const isOneCategory = counts.some((row, index) => row[index] === count);
  if (isOneCategory) return { kappa: undefined, interval: undefined, ...rest };
  const kappa = onScale(observedAgreement);
  const variance = varianceOfKappa({ shares, firstRates, secondRates, observedAgreement, expectedAgreement });
  const halfWidth = z * Math.sqrt(Math.max(0, variance) / count);
  const interval =
    halfWidth > 1e-9
      ? { lower: Math.max(-1, kappa - halfWidth), upper: Math.min(1, kappa + halfWidth) }
      : { lower: Math.max(-1, onScale(agreementInterval.lower)), upper: onScale(agreementInterval.upper) };
  return { kappa, interval, ...rest };
}

function countItems(counts: readonly (readonly number[])[]): number {
  const isSquare = counts.length >= 2 && counts.every((row) => row.length === counts.length);
  if (!isSquare || !counts.flat().every((items) => Number.isSafeInteger(items) && items >= 0)) {
    throw new AegisError("stats.bad_counts", "Agreement needs a square table of counts with two categories or more");
  }
  const count = counts.flat().reduce((sum, items) => sum + items, 0);
  if (count === 0) throw new AegisError("stats.bad_counts", "No item was rated by both");
  return count;
}

/** Times the number of items. Equation 13 of Fleiss, Cohen & Everitt. */
function varianceOfKappa(table: {
  readonly shares: readonly (readonly number[])[];
  readonly firstRates: readonly number[];
  readonly secondRates: readonly number[];
  readonly observedAgreement: number;
  readonly expectedAgreement: number;
}): number {
  const { shares, firstRates, secondRates, observedAgreement: observed, expectedAgreement: expected } = table;
  let sum = 0;
  for (const [first, row] of shares.entries()) {
    for (const [second, share] of row.entries()) {
      const disagreement = (secondRates[first]! + firstRates[second]!) * (1 - observed);
      sum += share * (first === second ? 1 - expected - disagreement : disagreement) ** 2;
    }
  }
  return (sum - (observed * expected - 2 * expected + observed) ** 2) / (1 - expected) ** 4;
}
