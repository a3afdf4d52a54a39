import type { BehaviourPair, TrialBehaviour } from "./trial-behaviour.ts";

/** One number of a trial whose mean may shift from A to B over all cases. */
export interface BehaviourFeature {
  readonly name: string;
  /** Whole for every trial, so that its test can be exact. */
  readonly isWhole: boolean;
  of(trial: TrialBehaviour): number;
  describe(meanA: number, meanB: number): string;
}

/** More features would cost each of them evidence. */
const TOOLS_MAX = 12;
const ORDERED_TOOLS_MAX = 5;
const VERDICTS_MAX = 12;

export function behaviourFeatures(pairs: readonly BehaviourPair[]): BehaviourFeature[] {
  const trials = pairs.flatMap(({ a, b }) => [...a, ...b]);
  const tools = mostFrequent(trials.flatMap(({ argumentsByTool }) => [...argumentsByTool.keys()]));
  const verdicts = mostFrequent(trials.flatMap((trial) => [...trial.verdicts.keys()]));
  const ordered = tools.slice(0, ORDERED_TOOLS_MAX);
  return [
    perTrial("tool calls", ({ toolCallCount }) => toolCallCount),
    perTrial("steps", ({ stepCount }) => stepCount),
    perTrial("retries after an error", ({ retryCount }) => retryCount),
    perTrial("tool errors", ({ toolErrorCount }) => toolErrorCount),
    perTrial("escalations", ({ escalationCount }) => escalationCount),
    ...tools
      .slice(0, TOOLS_MAX)
      .map((tool) => perTrial(`calls of ${tool}`, ({ argumentsByTool }) => argumentsByTool.get(tool)?.length ?? 0)),
    ...verdicts.slice(0, VERDICTS_MAX).map(verdictFailure),
    ...ordered.flatMap((first, index) => ordered.slice(index + 1).map((second) => orderOf(first, second))),
    ...costFeature(trials),
  ];
}

function perTrial(name: string, of: BehaviourFeature["of"]): BehaviourFeature {
  return {
    name,
    isWhole: true,
    of,
    describe: (a, b) => `${a.toFixed(2)} -> ${b.toFixed(2)} ${name} per trial`,
  };
}

function verdictFailure(name: string): BehaviourFeature {
  return {
    name: `failures of ${name}`,
    isWhole: true,
    of: ({ verdicts }) => (verdicts.get(name) === "fail" ? 1 : 0),
    describe: (a, b) => `${name} fails in ${percent(a)} -> ${percent(b)} of trials`,
  };
}

function orderOf(first: string, second: string): BehaviourFeature {
  return {
    name: `${first} before ${second}`,
    isWhole: true,
    of: ({ sequence }) => {
      const [one, other] = [sequence.indexOf(first), sequence.indexOf(second)];
      return one < 0 || other < 0 ? 0 : one < other ? 1 : -1;
    },
    describe: (a, b) => `${b > a ? first : second} called before ${b > a ? second : first} more often than before`,
  };
}

function costFeature(trials: readonly TrialBehaviour[]): BehaviourFeature[] {
  if (trials.some(({ costMicroUsd }) => costMicroUsd === null)) return [];
  return [
    {
      name: "cost",
      isWhole: false,
      // Ratios count alike for cheap and dear cases.
      of: ({ costMicroUsd }) => Math.log((costMicroUsd ?? 0) + 1),
      describe: (a, b) => `cost x${Math.exp(b - a).toPrecision(2)} per trial`,
    },
  ];
}

function mostFrequent(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([name]) => name);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
