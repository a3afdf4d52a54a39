import { sumMicroUsd, type Trial, type TrialMetrics } from "../../domain/index.ts";
import {
  type ClusteredInterval,
  clusteredInterval,
  type PassCount,
  quantile,
  suitePassAtK,
  suitePassHatK,
} from "../../stats/suite/index.ts";
import { countVoids } from "./count-failures.ts";
import type {
  CaseSummary,
  GroupSummary,
  LatencyQuantiles,
  PassK,
  RepeatLists,
  SuiteSummary,
  TrialCounts,
} from "./run-summary.ts";
import { isScored, type ScoredTrial } from "./scored-trial.ts";

/** All cases of a run together. Every case weighs the same, however many trials it has. */
export function summarizeSuite(cases: readonly CaseSummary[], trials: readonly Trial[]): SuiteSummary {
  const scored = trials.filter(isScored);
  const measured = cases.filter(({ total }) => total > 0);
  return {
    ...summarizeGroup(cases),
    casesFailed: cases.filter(({ status }) => status === "failed").length,
    casesUndecided: cases.filter(({ status }) => status === "undecided").length,
    alwaysPass: measured.filter(({ passed, total }) => passed === total).length,
    alwaysFail: measured.filter(({ passed }) => passed === 0).length,
    passHatK: passKs(cases, suitePassHatK),
    passAtK: passKs(cases, suitePassAtK),
    trials: countTrials(cases, trials),
    inputTokens: sumTokens(trials.map(({ metrics }) => metrics.inputTokens)),
    outputTokens: sumTokens(trials.map(({ metrics }) => metrics.outputTokens)),
    costMicroUsd: sumMicroUsd(trials.map(({ metrics }) => metrics.costMicroUsd)),
    latencyMs: latencyQuantiles(scored),
    toolCallCounts: toolCallCounts(scored),
    toolCalls: scored.reduce((sum, { metrics }) => sum + metrics.toolCallCount, 0),
    toolErrors: scored.reduce((sum, { metrics }) => sum + metrics.toolErrorCount, 0),
    tracesWithToolError: scored.filter(({ metrics }) => metrics.toolErrorCount > 0).length,
    retriesRightAfterError: scored.reduce((sum, { metrics }) => sum + metrics.retryCount, 0),
    repeats: repeatLists(scored, ({ longestRepeat }) => longestRepeat),
    identicalCalls: repeatLists(scored, ({ longestCallRun }) => longestCallRun),
    kinds: groupBy(cases, ({ kind }) => [kind]),
    tags: groupBy(cases, ({ tags }) => tags),
  };
}

function repeatLists(trials: readonly ScoredTrial[], lengthOf: (metrics: TrialMetrics) => number): RepeatLists {
  const atLeast = (least: number) =>
    trials
      .filter(({ metrics }) => lengthOf(metrics) >= least)
      .map(({ caseId, attemptIndex }) => `${caseId}#${attemptIndex}`);
  return { atLeast2: atLeast(2), atLeast3: atLeast(3) };
}

/** Mean of case pass rates with its interval; null when no case was measured. */
function passRateOf(counts: readonly PassCount[]): ClusteredInterval | null {
  const measured = counts.filter(({ total }) => total > 0);
  return measured.length === 0 ? null : clusteredInterval(measured);
}

function summarizeGroup(cases: readonly CaseSummary[]): GroupSummary {
  return {
    caseCount: cases.length,
    casesPassed: cases.filter(({ isPass }) => isPass).length,
    flakyCases: cases.filter(({ isFlaky }) => isFlaky).length,
    passRate: passRateOf(cases),
  };
}

function groupBy(
  cases: readonly CaseSummary[],
  keysOf: (one: CaseSummary) => readonly string[],
): Record<string, GroupSummary> {
  const groups = new Map<string, CaseSummary[]>();
  for (const one of cases) {
    for (const key of new Set(keysOf(one))) {
      const group = groups.get(key);
      if (group) group.push(one);
      else groups.set(key, [one]);
    }
  }
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, members]) => [key, summarizeGroup(members)]));
}

const EVERY_K_MAX = 32;

/** Every k that all cases were asked to be tried for; a case that lost trials to voids drops out of the larger ones. */
function passKs(cases: readonly CaseSummary[], estimate: typeof suitePassHatK): PassK[] {
  const measured = cases.filter(({ total }) => total > 0);
  const asked = measured.map(({ total, voids, missing }) => total + voids + missing);
  const largest = asked.reduce((least, count) => Math.min(least, count), asked[0] ?? 0);
  const ks = Array.from({ length: Math.min(largest, EVERY_K_MAX) }, (_, index) => index + 1);
  // Hundreds of trials need no line for each k.
  for (let k = EVERY_K_MAX * 2; k < largest; k *= 2) ks.push(k);
  if (largest > EVERY_K_MAX) ks.push(largest);
  const counts = measured.map(({ passed, total }) => ({ passed, total }));
  return ks.flatMap((k) => {
    const estimated = estimate(counts, k);
    if (!estimated) return [];
    const { value, lower, upper, caseCount } = estimated;
    return [{ k, value, lower, upper, caseCount }];
  });
}

function countTrials(cases: readonly CaseSummary[], trials: readonly Trial[]): TrialCounts {
  const sum = (of: (one: CaseSummary) => number) => cases.reduce((total, one) => total + of(one), 0);
  return {
    asked: sum(({ total, voids, missing }) => total + voids + missing),
    scored: sum(({ total }) => total),
    passed: sum(({ passed }) => passed),
    void: sum(({ voids }) => voids),
    missing: sum(({ missing }) => missing),
    voidReasons: countVoids(trials),
  };
}

function sumTokens(counts: readonly (number | null)[]): number | null {
  return counts.reduce<number | null>((sum, count) => (sum === null || count === null ? null : sum + count), 0);
}

function latencyQuantiles(scored: readonly ScoredTrial[]): LatencyQuantiles | null {
  if (scored.length === 0) return null;
  const durations = scored.map(({ metrics }) => metrics.durationMs);
  return {
    p50: quantile(durations, 0.5),
    p90: quantile(durations, 0.9),
    p95: quantile(durations, 0.95),
    max: quantile(durations, 1),
  };
}

function toolCallCounts(scored: readonly ScoredTrial[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { tool } of scored.flatMap(({ metrics }) => metrics.tools)) counts.set(tool, (counts.get(tool) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)));
}
