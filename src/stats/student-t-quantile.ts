import { AegisError } from "../kernel/index.ts";
import { assertOpenProportion } from "./assert-input.ts";
import { incompleteBeta } from "./incomplete-beta.ts";

/**
 * Quantile of Student's t distribution, to about 1e-10 of its size.
 *
 * @param probability in (0, 1)
 * @param degreesOfFreedom finite number > 0, usually one less than the cases
 * @throws {AegisError} "stats.bad_option" when an argument is out of range
 */
export function studentTQuantile(probability: number, degreesOfFreedom: number): number {
  assertOpenProportion("probability", probability);
  if (!(degreesOfFreedom > 0 && Number.isFinite(degreesOfFreedom))) {
    throw new AegisError("stats.bad_option", `${degreesOfFreedom} degrees of freedom are too few`);
  }
  const tail = Math.min(probability, 1 - probability);
  if (tail === 0.5) return 0;
  let low = 0;
  let high = 1;
  while (upperTail(high, degreesOfFreedom) > tail && high < 1e150) {
    low = high;
    high *= 2;
  }
  // Plain bisection: a few dozen steps, and nothing that can run away for heavy tails.
  while (high - low > 1e-13 * high) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (upperTail(middle, degreesOfFreedom) > tail) low = middle;
    else high = middle;
  }
  const size = (low + high) / 2;
  return probability < 0.5 ? -size : size;
}

function upperTail(t: number, degreesOfFreedom: number): number {
  const x = degreesOfFreedom / (degreesOfFreedom + t * t);
  return incompleteBeta({ a: degreesOfFreedom / 2, b: 0.5, x }) / 2;
}
