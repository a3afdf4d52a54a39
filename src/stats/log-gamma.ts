import { AegisError } from "../kernel/index.ts";

const HALF_LOG_TWO_PI = 0.9189385332046727;

/**
 * Natural logarithm of the gamma function, to about 1e-14 of its size.
 *
 * @param x finite number > 0
 * @throws {AegisError} "stats.bad_option" when x is not a positive finite number
 * @see Abramowitz & Stegun 6.1.40 (Stirling's series), shifted up to x >= 15 by the recurrence
 */
export function logGamma(x: number): number {
  if (!(x > 0 && Number.isFinite(x))) throw new AegisError("stats.bad_option", `logGamma needs x > 0, not ${x}`);
  let product = 1;
  let shifted = x;
  while (shifted < 15) {
    product *= shifted;
    shifted += 1;
  }
  const inverse = 1 / shifted;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))));
  return (shifted - 0.5) * Math.log(shifted) - shifted + HALF_LOG_TWO_PI + series - Math.log(product);
}
