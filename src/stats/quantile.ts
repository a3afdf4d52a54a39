import { assertProportion, assertSample } from "./assert-input.ts";

/**
 * Quantile by linear interpolation between order statistics (R's type 7, numpy's default).
 *
 * @param values at least one finite number, any order, any unit
 * @param q proportion in [0, 1]
 * @returns a number in the unit of the values
 * @throws {AegisError} "stats.bad_sample" for no or infinite values, "stats.bad_option" for q outside [0, 1]
 * @see R. J. Hyndman & Y. Fan (1996), Amer. Statist. 50(4), 361-365
 */
export function quantile(values: readonly number[], q: number): number {
  assertSample("values", values);
  assertProportion("q", q);
  const sorted = Float64Array.from(values).toSorted();
  const position = (sorted.length - 1) * q;
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (position - below) * (high - low);
}
