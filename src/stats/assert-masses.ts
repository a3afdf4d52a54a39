import { AegisError } from "../kernel/index.ts";

/** Two distributions over the same points: what stands at one index belongs to one point. Need not sum to 1. */
export interface MassPair {
  readonly a: ArrayLike<number>;
  readonly b: ArrayLike<number>;
}

/** @throws {AegisError} "stats.bad_sample" unless both are as long, finite, nowhere below 0 and somewhere above it */
export function totalsOf({ a, b }: MassPair): { readonly totalA: number; readonly totalB: number } {
  if (a.length !== b.length) {
    throw new AegisError("stats.bad_sample", `${a.length} masses cannot be held against ${b.length}`);
  }
  return { totalA: totalOf("a", a), totalB: totalOf("b", b) };
}

/** @throws {AegisError} "stats.bad_sample" unless it is finite, nowhere below 0 and somewhere above it */
export function totalOf(name: string, masses: ArrayLike<number>): number {
  let total = 0;
  for (let index = 0; index < masses.length; index += 1) {
    const mass = masses[index]!;
    if (!(mass >= 0 && mass < Infinity)) {
      throw new AegisError("stats.bad_sample", `${name}[${index}] is no mass: ${mass}`, { details: { index } });
    }
    total += mass;
  }
  if (!(total > 0)) throw new AegisError("stats.bad_sample", `${name} has no mass at all`);
  return total;
}
