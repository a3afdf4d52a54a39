import { assertSample } from "./assert-input.ts";

export interface CommonPoints {
  /** Distinct values of both samples, ascending. */
  readonly points: Float64Array;
  /** How often each point stands in a sample. */
  readonly a: Float64Array;
  readonly b: Float64Array;
}

/**
 * Two samples of numbers as counts at common points, which the distances of this folder take.
 *
 * @param a, b at least one finite number each, any order, one unit
 * @throws {AegisError} "stats.bad_sample"
 */
export function onCommonPoints(a: readonly number[], b: readonly number[]): CommonPoints {
  assertSample("a", a);
  assertSample("b", b);
  const points = Float64Array.from(new Set([...a, ...b])).toSorted();
  const indexOf = new Map(Array.from(points, (point, index) => [point, index]));
  const countsOf = (values: readonly number[]) => {
    const counts = new Float64Array(points.length);
    for (const value of values) counts[indexOf.get(value)!]! += 1;
    return counts;
  };
  return { points, a: countsOf(a), b: countsOf(b) };
}
