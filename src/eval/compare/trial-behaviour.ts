import type { Trial, VerdictOutcome } from "../../domain/index.ts";
import { isScored, type ScoredTrial, trialsByCase } from "../summary/scored-trial.ts";

/** What one trial did, in the form in which trials are compared. */
export interface TrialBehaviour {
  /** Tools in the order they were called. */
  readonly sequence: readonly string[];
  readonly sequenceKey: string;
  /** Per tool, the arguments of its calls, sorted. */
  readonly argumentsByTool: ReadonlyMap<string, readonly string[]>;
  readonly callsKey: string;
  readonly verdicts: ReadonlyMap<string, VerdictOutcome>;
  readonly verdictsKey: string;
  readonly isPass: boolean;
  readonly stepCount: number;
  readonly toolCallCount: number;
  readonly retryCount: number;
  readonly toolErrorCount: number;
  readonly escalationCount: number;
  readonly costMicroUsd: number | null;
  readonly durationMs: number;
}

/** Void trials are left out: what broke there was ours. */
export function behavioursByCase(trials: readonly Trial[]): ReadonlyMap<string, readonly TrialBehaviour[]> {
  const groups = trialsByCase(trials);
  return new Map([...groups].map(([id, group]) => [id, group.filter(isScored).map(trialBehaviour)]));
}

function trialBehaviour({ metrics, verdicts, outcome }: ScoredTrial): TrialBehaviour {
  const { tools, stepCount, toolCallCount, retryCount, toolErrorCount, escalationCount, costMicroUsd, durationMs } =
    metrics;
  const argumentsByTool = new Map<string, string[]>();
  for (const step of tools) {
    const known = argumentsByTool.get(step.tool);
    if (known) known.push(step.arguments);
    else argumentsByTool.set(step.tool, [step.arguments]);
  }
  for (const texts of argumentsByTool.values()) texts.sort();
  const outcomes = new Map(verdicts.map((verdict) => [verdict.name, verdict.outcome]));
  return {
    sequence: tools.map(({ tool }) => tool),
    sequenceKey: JSON.stringify(tools.map(({ tool }) => tool)),
    argumentsByTool,
    callsKey: JSON.stringify(tools.map((step) => [step.tool, step.arguments])),
    verdicts: outcomes,
    verdictsKey: JSON.stringify([...outcomes].sort(([a], [b]) => (a < b ? -1 : 1))),
    isPass: outcome.isPass,
    stepCount,
    toolCallCount,
    retryCount,
    toolErrorCount,
    escalationCount,
    costMicroUsd,
    durationMs,
  };
}

/** The trials of one case on both sides. */
export interface BehaviourPair {
  readonly a: readonly TrialBehaviour[];
  readonly b: readonly TrialBehaviour[];
}
