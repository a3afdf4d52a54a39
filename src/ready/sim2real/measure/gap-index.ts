import type { Interval } from "../../../stats/index.ts";
import type { GapIndex } from "../gap-report.ts";
import { intervalOf, type MeasuredDimension } from "./measure-dimensions.ts";

/** Less of the weight measured than this, and one number would speak for what it has not seen. */
const MEASURED_SHARE_MIN = 0.5;

/**
 * 100 x (1 - weighted mean of the excess distances), an excess below 0 counted as 0: what lies closer than chance makes
 * up for no gap elsewhere. Two samples of one population therefore come out a little below 100.
 */
export function gapIndex(dimensions: readonly MeasuredDimension[]): GapIndex {
  const all = dimensions.reduce((sum, { gap }) => sum + gap.weight, 0);
  const told = dimensions.filter(({ gap }) => gap.status === "measured" && gap.weight > 0);
  const weight = told.reduce((sum, { gap }) => sum + gap.weight, 0);
  const measuredShare = all === 0 ? 0 : weight / all;
  const isDistinguishable = dimensions.some(({ gap }) => gap.isDistinguishable === true);
  if (weight === 0 || measuredShare < MEASURED_SHARE_MIN) {
    return { value: null, interval: null, measuredShare, isDistinguishable };
  }
  const value = indexOf(told, ({ gap }) => gap.excess);
  const draws = told[0]!.excessDraws.map((_, draw) => indexOf(told, ({ excessDraws }) => excessDraws[draw] ?? null));
  return { value, interval: around(value, intervalOf(draws)), measuredShare, isDistinguishable };
}

/** Cutting at 0 moves draws more than the value: the interval is never without it. */
function around(value: number | null, interval: Interval | null): Interval | null {
  if (value === null || interval === null) return null;
  return { lower: Math.min(value, interval.lower), upper: Math.max(value, interval.upper) };
}

function indexOf(
  told: readonly MeasuredDimension[],
  excessOf: (each: MeasuredDimension) => number | null,
): number | null {
  let sum = 0;
  let weight = 0;
  for (const each of told) {
    const excess = excessOf(each);
    // A draw may have left a side silent in one dimension.
    if (excess === null) continue;
    sum += Math.max(0, excess) * each.gap.weight;
    weight += each.gap.weight;
  }
  return weight === 0 ? null : 100 * (1 - sum / weight);
}
