import { commonScale, meanDifferenceInterval, signFlipTest } from "../../stats/index.ts";
import { meanRate } from "./mean-rate.ts";
import { countsById, type SharedCase, sharedCases, suiteChange } from "./shared-cases.ts";
import type { HistoryGroup } from "./suite-history.ts";
import type { TrendStep } from "./trend-report.ts";

/** Level of one test when it is the only one. */
export const ALPHA = 0.05;

/**
 * From one group to another: the agent's change on the same cases, and apart from it what the suite's own changes did.
 *
 * @param options.lookCount how many steps are looked at together; each then has to be surer (Bonferroni)
 */
export function compareGroups(
  a: HistoryGroup,
  b: HistoryGroup,
  { lookCount }: { readonly lookCount: number },
): TrendStep {
  const shared = sharedCases(a, b);
  const place = { from: a.label, to: b.label, sharedCaseCount: shared.length, suiteChange: suiteChange(a, b) };
  if (shared.length === 0) {
    return {
      ...place,
      difference: null,
      adjusted: null,
      pValue: null,
      verdict: "nothing to compare",
      suiteShare: null,
    };
  }
  const alpha = ALPHA / lookCount;
  const differences = shared.map((one) => round(one.b.passed / one.b.total - one.a.passed / one.a.total));
  const difference = pairedDifference(shared, differences, 1 - ALPHA);
  const adjusted = pairedDifference(shared, differences, 1 - alpha);
  const scale = commonScale(shared.flatMap((one) => [one.a.total, one.b.total]));
  const { pValue } = signFlipTest(differences, { scale });
  const isShown = pValue <= alpha && (adjusted.lower > 0 || adjusted.upper < 0);
  const total = meanRate([...countsById(b).values()]) - meanRate([...countsById(a).values()]);
  return {
    ...place,
    difference,
    adjusted: { lower: adjusted.lower, upper: adjusted.upper },
    pValue,
    verdict: !isShown ? "no difference shown" : difference.mean > 0 ? "better" : "worse",
    suiteShare: round(total - difference.mean),
  };
}

/** No rate falls below 0 or rises above 1 from where it stands. */
function pairedDifference(shared: readonly SharedCase[], differences: readonly number[], confidence: number) {
  const { mean, lower, upper } = meanDifferenceInterval(differences, { bound: 1, confidence });
  const before = meanRate(shared.map(({ a }) => a));
  return { mean, lower: Math.max(lower ?? -1, -before), upper: Math.min(upper ?? 1, 1 - before) };
}

/** Takes off what floating point added. */
function round(value: number): number {
  return Math.round(value * 1e12) / 1e12;
}
