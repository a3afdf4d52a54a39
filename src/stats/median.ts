import { quantile } from "./quantile.ts";

/**
 * The middle value, or the mean of the middle two.
 *
 * @param values at least one finite number
 * @throws {AegisError} "stats.bad_sample" for no or infinite values
 */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
