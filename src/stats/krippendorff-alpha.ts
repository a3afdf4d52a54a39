import { AegisError } from "../kernel/index.ts";

export type Rating = string | number | null;
export type AlphaMetric = "nominal" | "ordinal" | "interval";

export interface AlphaResult {
  /** 1 is perfect agreement, 0 what chance would give. Undefined when fewer than two values, or only one, ever occur. */
  readonly alpha: number | undefined;
  /** Mean disagreement within units, in the metric's own unit. */
  readonly observedDisagreement: number | undefined;
  /** Mean disagreement over all pairs of values, whichever unit they are from. */
  readonly expectedDisagreement: number | undefined;
  /** Units with at least two ratings; the others cannot show agreement and are left out. */
  readonly unitCount: number;
  /** Ratings in those units. */
  readonly ratingCount: number;
}

/**
 * Krippendorff's alpha: agreement of any number of raters, with gaps.
 *
 * @param ratings one row a unit, one entry a rater, null where a rater gave none; rows may differ in length
 * @param options.metric how far two values differ: "nominal" (unless given) only whether, "ordinal" by the ratings
 *   ranked between them, "interval" by their squared difference; the latter two need numbers
 * @throws {AegisError} "stats.bad_sample" for infinite numbers, or texts under a metric that needs numbers
 * @see K. Krippendorff (2011), Computing Krippendorff's Alpha-Reliability
 */
export function krippendorffAlpha(
  ratings: readonly (readonly Rating[])[],
  { metric = "nominal" }: { readonly metric?: AlphaMetric } = {},
): AlphaResult {
  const units = ratings.map((row) => row.filter((rating) => rating !== null)).filter((unit) => unit.length >= 2);
  for (const rating of units.flat()) assertRating(rating, metric);
  const totals = countValues(units.flat());
  const ratingCount = units.flat().length;
  const distance = distanceOf(metric, totals);
  let observed = 0;
  for (const unit of units) observed += disagreement(countValues(unit), distance) / (unit.length - 1);
  const expected = disagreement(totals, distance) / (ratingCount - 1);
  const counts = { unitCount: units.length, ratingCount };
  if (ratingCount < 2) {
    return { alpha: undefined, observedDisagreement: undefined, expectedDisagreement: undefined, ...counts };
  }
  return {
    // One value throughout leaves no disagreement to expect: alpha is 0 / 0.
    alpha: totals.size < 2 ? undefined : 1 - observed / expected,
    observedDisagreement: observed / ratingCount,
    expectedDisagreement: expected / ratingCount,
    ...counts,
  };
}

type Value = string | number;
type Distance = (a: Value, b: Value) => number;

function assertRating(rating: Value, metric: AlphaMetric): void {
  const isFine = typeof rating === "number" ? Number.isFinite(rating) : metric === "nominal";
  if (!isFine) throw new AegisError("stats.bad_sample", `A rating is no finite number, as "${metric}" needs`);
}

function countValues(values: readonly Value[]): Map<Value, number> {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** Sum of distances over all ordered pairs of ratings. */
function disagreement(counts: ReadonlyMap<Value, number>, distance: Distance): number {
  let sum = 0;
  for (const [a, countA] of counts) {
    for (const [b, countB] of counts) if (a !== b) sum += countA * countB * distance(a, b);
  }
  return sum;
}

function distanceOf(metric: AlphaMetric, totals: ReadonlyMap<Value, number>): Distance {
  switch (metric) {
    case "nominal":
      return () => 1;
    case "interval":
      return (a, b) => (Number(a) - Number(b)) ** 2;
    case "ordinal": {
      // The middle rank of each value: two values are as far apart as the ratings between their middles.
      const ranks = new Map<Value, number>();
      let below = 0;
      for (const [value, count] of [...totals].toSorted(([a], [b]) => Number(a) - Number(b))) {
        ranks.set(value, below + count / 2);
        below += count;
      }
      return (a, b) => (ranks.get(a)! - ranks.get(b)!) ** 2;
    }
  }
}
