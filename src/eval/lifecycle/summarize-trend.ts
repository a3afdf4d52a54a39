import { AegisError, offerNames } from "../../kernel/index.ts";
import { type ClusteredInterval, clusteredInterval } from "../../stats/index.ts";
import { compareGroups } from "./compare-groups.ts";
import { countsById } from "./shared-cases.ts";
import type { HistoryGroup, SuiteHistory } from "./suite-history.ts";
import type { TrendGroup, TrendReport } from "./trend-report.ts";
import { trendSlope } from "./trend-slope.ts";
import { trendStatements } from "./trend-statements.ts";

/**
 * Did the agent get better? Compared on the same cases first, so that what was added to the suite, or made harder,
 * is never taken for a change of the agent.
 *
 * @param options.from label of the group that the last one is held against; the first unless told
 * @throws {AegisError} "cli.usage" for a label there is not, "eval.unknown_run" when no run is left
 */
export function summarizeTrend(
  { suite, by, groups, leftOut }: SuiteHistory,
  { from }: { readonly from?: string } = {},
): TrendReport {
  const [first, last] = [referenceOf(groups, from), groups.at(-1)];
  if (!first || !last) {
    const why = leftOut.map(({ run, because }) => `${run}: ${because}`).slice(0, 5);
    throw new AegisError("eval.unknown_run", `suite ${suite} has no eval run to read a trend from; ${why.join("; ")}`);
  }
  const common = keysCommonTo(groups);
  const lookCount = Math.max(1, groups.length - 1);
  const steps = groups.slice(1).map((group, index) => compareGroups(groups[index]!, group, { lookCount }));
  const report = {
    suite,
    by,
    groups: groups.map((group) => trendGroup(group, common)),
    steps,
    overall: first === last ? null : compareGroups(first, last, { lookCount: 1 }),
    slope: trendSlope(groups, by),
    commonCaseCount: countsById(first, common).size,
    leftOut,
  };
  return { ...report, statements: trendStatements(report) };
}

function referenceOf(groups: readonly HistoryGroup[], from: string | undefined): HistoryGroup | undefined {
  if (from === undefined) return groups[0];
  const found = groups.find(({ label }) => label === from);
  if (found) return found;
  const offer = offerNames(
    from,
    groups.map(({ label }) => label),
  );
  throw new AegisError("cli.usage", `no group is called ${JSON.stringify(from)}${offer}`, { fix: "" });
}

function keysCommonTo(groups: readonly HistoryGroup[]): string[] {
  const [first, ...others] = groups;
  return [...(first?.cases.keys() ?? [])].filter((key) => others.every(({ cases }) => cases.has(key)));
}

function trendGroup(group: HistoryGroup, common: readonly string[]): TrendGroup {
  const { label, runs, cases, firstAtMs, lastAtMs } = group;
  const distinct = (values: readonly string[]) => [...new Set(values)].toSorted();
  const all = [...countsById(group).values()];
  return {
    label,
    runs: runs.map(({ name }) => name),
    versions: distinct(runs.map(({ agent }) => `${agent.name} ${agent.version}`)),
    models: distinct(runs.flatMap(({ models }) => models)),
    firstAtMs,
    lastAtMs,
    caseCount: all.length,
    trialCount: [...cases.values()].reduce((sum, { total }) => sum + total, 0),
    all: rateOf(all),
    common: rateOf([...countsById(group, common).values()]),
  };
}

function rateOf(counts: readonly { readonly passed: number; readonly total: number }[]): ClusteredInterval | null {
  return counts.length === 0 ? null : clusteredInterval(counts);
}
