import { AegisError, invariant } from "../kernel/index.ts";
import { logGamma } from "./log-gamma.ts";

/**
 * Regularised incomplete beta function: the chance that a Beta(a, b) variable is at most x.
 *
 * @param shape.a, shape.b finite numbers > 0
 * @param shape.x in [0, 1]
 * @throws {AegisError} "stats.bad_option" when an argument is out of range
 * @see DLMF 8.17.22, the continued fraction, summed by Lentz's method
 */
export function incompleteBeta({ a, b, x }: { readonly a: number; readonly b: number; readonly x: number }): number {
  const isShape = a > 0 && b > 0 && Number.isFinite(a) && Number.isFinite(b);
  if (!isShape || !(x >= 0 && x <= 1)) {
    throw new AegisError("stats.bad_option", `no incomplete beta at a ${a}, b ${b}, x ${x}`);
  }
  if (x === 0 || x === 1) return x;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  // The fraction converges fast on this side only; the other side is its mirror.
  if (x < (a + 1) / (a + b + 2)) return (front * continuedFraction(a, b, x)) / a;
  return 1 - (front * continuedFraction(b, a, 1 - x)) / b;
}

function continuedFraction(a: number, b: number, x: number): number {
  const tiny = 1e-300;
  const awayFromZero = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 10_000; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) return fraction;
  }
  invariant(false, "the continued fraction of the incomplete beta function converges");
}
