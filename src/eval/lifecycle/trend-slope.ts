import { meanDifferenceInterval, signFlipTest } from "../../stats/index.ts";
import { ALPHA } from "./compare-groups.ts";
import type { GroupBy } from "./group-by.ts";
import type { HistoryGroup } from "./suite-history.ts";
import type { TrendSlope } from "./trend-report.ts";

const GROUPS_MIN = 3;
/** Models, prompts and runs stand in no order in which a line could rise. */
const IN_ORDER: ReadonlySet<GroupBy> = new Set(["version", "week", "month", "quarter"]);

/**
 * A line through each case's pass rates, and the mean of the lines' slopes: what changed in the suite between two
 * groups bends none of them. Null with fewer than three groups, or where
 * groups stand in no order, or when no case was asked twice.
 */
export function trendSlope(groups: readonly HistoryGroup[], by: GroupBy): TrendSlope | null {
  if (groups.length < GROUPS_MIN || !IN_ORDER.has(by)) return null;
  const places = groups.map((group, index) => placeOf(group, by) ?? index);
  const keys = [...new Set(groups.flatMap(({ cases }) => [...cases.keys()]))].toSorted();
  const slopes = keys.flatMap((key) => {
    const points = groups.flatMap(({ cases }, index) => {
      const one = cases.get(key);
      return one ? [{ at: places[index]!, rate: one.passed / one.total }] : [];
    });
    return slopeOf(points) ?? [];
  });
  if (slopes.length === 0) return null;
  const { mean, lower, upper } = meanDifferenceInterval(slopes);
  const { pValue } = signFlipTest(slopes);
  const isShown = pValue <= ALPHA && lower !== undefined && upper !== undefined && (lower > 0 || upper < 0);
  return {
    mean,
    lower: lower ?? null,
    upper: upper ?? null,
    pValue,
    caseCount: slopes.length,
    unit: by,
    verdict: !isShown ? "no slope shown" : mean > 0 ? "rising" : "falling",
  };
}

/** Least squares; undefined for a case seen at one place only. */
function slopeOf(points: readonly { readonly at: number; readonly rate: number }[]): number | undefined {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const middle = mean(points.map(({ at }) => at));
  const rate = mean(points.map((point) => point.rate));
  const spread = points.reduce((sum, { at }) => sum + (at - middle) ** 2, 0);
  if (points.length < 2 || spread === 0) return undefined;
  const slope = points.reduce((sum, point) => sum + (point.at - middle) * (point.rate - rate), 0) / spread;
  // What only rounding made is no slope.
  return Math.abs(slope) < 1e-12 ? 0 : slope;
}

const WEEK_MS = 7 * 86_400_000;
/** The epoch was a Thursday; weeks begin on Mondays. */
const MONDAY_MS = 3 * 86_400_000;

/** On a scale where weeks without a run count too; undefined where groups have no place in time but their order. */
function placeOf({ firstAtMs }: HistoryGroup, by: GroupBy): number | undefined {
  const at = new Date(firstAtMs);
  const months = at.getUTCFullYear() * 12 + at.getUTCMonth();
  if (by === "week") return Math.floor((firstAtMs + MONDAY_MS) / WEEK_MS);
  if (by === "month") return months;
  return by === "quarter" ? Math.floor(months / 3) : undefined;
}
