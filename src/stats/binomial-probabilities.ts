import { invariant } from "../kernel/index.ts";

/** C(1000, 500) still fits a double. */
export const BINOMIAL_TOTAL_MAX = 1_000;

/**
 * Chances of 0, 1, ... total passes in total independent trials that pass at this rate.
 * Callers have checked their input; total is at most `BINOMIAL_TOTAL_MAX`.
 */
export function binomialProbabilities(total: number, rate: number): Float64Array {
  const chances = Float64Array.from(binomialRow(total));
  let power = 1;
  for (let passed = 0; passed <= total; passed += 1) {
    chances[passed]! *= power;
    power *= rate;
  }
  power = 1;
  for (let passed = total; passed >= 0; passed -= 1) {
    chances[passed]! *= power;
    power *= 1 - rate;
  }
  return chances;
}

const cache = new Map<number, Float64Array>();

/** One row of Pascal's triangle, exact below 2^53. Kept, because every rate of a search needs the same row. */
export function binomialRow(total: number): Float64Array {
  invariant(total <= BINOMIAL_TOTAL_MAX, "binomial coefficients are asked for only where they fit a double");
  const known = cache.get(total);
  if (known) return known;
  const row = new Float64Array(total + 1).fill(1);
  for (let chosen = 1; chosen < total; chosen += 1) {
    row[chosen] = (row[chosen - 1]! * (total - chosen + 1)) / chosen;
  }
  cache.set(total, row);
  return row;
}
