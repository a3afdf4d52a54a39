import type { EvalRunCase, Trial, TrialMetrics } from "../../domain/index.ts";
import { median, wilsonInterval } from "../../stats/suite/index.ts";
import { countFailures, countVoids, judgeSpreads } from "./count-failures.ts";
import type { CaseStatus, CaseSummary, MetricMedians } from "./run-summary.ts";
import { isScored } from "./scored-trial.ts";

/** One case of a run, over the trials that ran so far. */
export function summarizeCase(asked: EvalRunCase, trials: readonly Trial[]): CaseSummary {
  const scored = trials.filter(isScored);
  const passed = scored.filter(({ outcome }) => outcome.isPass).length;
  const total = scored.length;
  const missing = Math.max(0, asked.trials - trials.length);
  const open = trials.length - total + missing;
  const status = decide({ passed, total, open, requiredPassRate: asked.passRate });
  return {
    id: asked.id,
    kind: asked.kind,
    tags: asked.tags,
    ...(asked.file === undefined ? {} : { file: asked.file }),
    requiredPassRate: asked.passRate,
    passed,
    total,
    voids: trials.length - total,
    missing,
    passRate: total === 0 ? null : passed / total,
    interval: total === 0 ? null : wilsonInterval({ passed, total }),
    status,
    isPass: status === "passed",
    isFlaky: passed > 0 && passed < total,
    failures: countFailures(scored),
    voidReasons: countVoids(trials),
    undecidedGates: scored
      .flatMap(({ verdicts }) => verdicts)
      .filter(({ gates, outcome }) => gates && outcome === "void").length,
    judges: judgeSpreads(scored),
    medians: total === 0 ? null : metricMedians(scored.map(({ metrics }) => metrics)),
  };
}

interface Score {
  readonly passed: number;
  readonly total: number;
  /** Trials that may still come out either way: void ones when they are repeated, and missing ones. */
  readonly open: number;
  readonly requiredPassRate: number;
}

function decide({ passed, total, open, requiredPassRate }: Score): CaseStatus {
  if (total === 0) return "undecided";
  // A bar such as 0.6 of 5 trials must not be missed by a rounding error.
  const isReached = (count: number) => count >= requiredPassRate * (total + open) - 1e-9;
  if (isReached(passed)) return "passed";
  return isReached(passed + open) ? "undecided" : "failed";
}

function metricMedians(metrics: readonly TrialMetrics[]): MetricMedians {
  const known = (values: readonly (number | null)[]) => {
    const numbers = values.filter((value) => value !== null);
    return numbers.length < values.length ? null : median(numbers);
  };
  return {
    durationMs: median(metrics.map(({ durationMs }) => durationMs)),
    stepCount: median(metrics.map(({ stepCount }) => stepCount)),
    toolCallCount: median(metrics.map(({ toolCallCount }) => toolCallCount)),
    toolErrorCount: median(metrics.map(({ toolErrorCount }) => toolErrorCount)),
    inputTokens: known(metrics.map(({ inputTokens }) => inputTokens)),
    outputTokens: known(metrics.map(({ outputTokens }) => outputTokens)),
    costMicroUsd: known(metrics.map(({ costMicroUsd }) => costMicroUsd)),
  };
}
