import type { Trial, TrialOutcome } from "../../domain/index.ts";

export type ScoredTrial = Trial & { readonly outcome: Extract<TrialOutcome, { kind: "scored" }> };

export function isScored(trial: Trial): trial is ScoredTrial {
  return trial.outcome.kind === "scored";
}

/** Trials by case, each in order of attempt. */
export function trialsByCase(trials: readonly Trial[]): ReadonlyMap<string, readonly Trial[]> {
  const groups = Map.groupBy(trials, ({ caseId }) => caseId);
  for (const group of groups.values()) group.sort((a, b) => a.attemptIndex - b.attemptIndex);
  return groups;
}
