import type { VoidReason, Trial } from "../../domain/index.ts";
import { median } from "../../stats/suite/index.ts";
import type { FailureCount, JudgeSpread } from "./run-summary.ts";
import type { ScoredTrial } from "./scored-trial.ts";

/** Verdicts that did not pass, the most frequent gating ones first. */
export function countFailures(trials: readonly ScoredTrial[]): FailureCount[] {
  const counts = new Map<string, FailureCount>();
  for (const { name, source, gates, outcome, explanation } of trials.flatMap(({ verdicts }) => verdicts)) {
    if (outcome === "pass") continue;
    const key = JSON.stringify([name, outcome]);
    const before = counts.get(key);
    counts.set(key, {
      verdict: name,
      source,
      outcome,
      gates: gates || (before?.gates ?? false),
      count: (before?.count ?? 0) + 1,
      example: before?.example ?? explanation,
    });
  }
  const rank = (failure: FailureCount) => (failure.gates ? 0 : 2) + (failure.outcome === "fail" ? 0 : 1);
  return [...counts.values()].sort((a, b) => rank(a) - rank(b) || b.count - a.count);
}

export function countVoids(trials: readonly Trial[]): Partial<Record<VoidReason, number>> {
  const counts: Partial<Record<VoidReason, number>> = {};
  for (const { outcome } of trials) {
    if (outcome.kind === "void") counts[outcome.reason] = (counts[outcome.reason] ?? 0) + 1;
  }
  return counts;
}

/** Per judge, how far its scores lie apart; judges without scores say nothing about spread. */
export function judgeSpreads(trials: readonly ScoredTrial[]): JudgeSpread[] {
  const scores = new Map<string, number[]>();
  for (const { source, name, score } of trials.flatMap(({ verdicts }) => verdicts)) {
    if (source === "judge" && score !== null) scores.set(name, [...(scores.get(name) ?? []), score]);
  }
  return [...scores].map(([verdict, values]) => ({
    verdict,
    count: values.length,
    min: Math.min(...values),
    median: median(values),
    max: Math.max(...values),
  }));
}
