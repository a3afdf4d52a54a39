import { formatMicroUsd } from "../../domain/index.ts";
import type { BehaviourDifference } from "./comparison.ts";
import { describeTools } from "./describe-tools.ts";
import type { BehaviourDimension } from "./dimension-distances.ts";
import { medians, shares, shareWords, TOLD_SHARE_CHANGE } from "./side-shares.ts";
import type { BehaviourPair, TrialBehaviour } from "./trial-behaviour.ts";

/** From this ratio of medians on, a cost or a number of calls is told. */
const TOLD_RATIO = 1.25;

/** What changed, in words with a direction. Whether it is beyond chance is not decided here. */
export function describeBehaviour(pair: BehaviourPair, strongest: BehaviourDimension | null): BehaviourDifference[] {
  const told = [
    ...verdictChanges(pair),
    ...describeTools(pair),
    ...countChange(pair, "steps", "tool calls", ({ toolCallCount }) => toolCallCount),
    ...countChange(pair, "steps", "steps", ({ stepCount }) => stepCount),
    ...occurrenceChange(pair, "retries", "retries after an error", ({ retryCount }) => retryCount),
    ...occurrenceChange(pair, "tool errors", "tool errors", ({ toolErrorCount }) => toolErrorCount),
    ...occurrenceChange(pair, "escalations", "escalations", ({ escalationCount }) => escalationCount),
    ...costChange(pair),
  ];
  if (told.length > 0 || strongest === null) return told;
  return [{ dimension: strongest, text: `small shifts, most of all in ${strongest}` }];
}

function verdictChanges(pair: BehaviourPair): BehaviourDifference[] {
  const namesOf = (trials: readonly TrialBehaviour[]) =>
    new Set(trials.flatMap(({ verdicts }) => [...verdicts.keys()]));
  const known = namesOf(pair.a);
  const names = [...namesOf(pair.b)].filter((name) => known.has(name));
  return names.flatMap((name) => {
    const fails = shares(pair, ({ verdicts }) => verdicts.get(name) === "fail");
    if (Math.abs(fails.change) < TOLD_SHARE_CHANGE) return [];
    if (fails.change > 0) return [{ dimension: "verdicts", text: `${name} now fails ${shareWords(fails)}` }];
    const passes = shares(pair, ({ verdicts }) => verdicts.get(name) === "pass");
    return [{ dimension: "verdicts", text: `${name} now passes ${shareWords(passes)}` }];
  });
}

function countChange(
  pair: BehaviourPair,
  dimension: BehaviourDimension,
  noun: string,
  of: (trial: TrialBehaviour) => number,
): BehaviourDifference[] {
  const { a, b } = medians(pair, of);
  if (Math.abs(b - a) < 1 || Math.max(a, b) < TOLD_RATIO * Math.min(a, b)) return [];
  return [{ dimension, text: `${a.toFixed(1)} -> ${b.toFixed(1)} ${noun} (median)` }];
}

function occurrenceChange(
  pair: BehaviourPair,
  dimension: BehaviourDimension,
  noun: string,
  of: (trial: TrialBehaviour) => number,
): BehaviourDifference[] {
  const some = shares(pair, (trial) => of(trial) > 0);
  if (Math.abs(some.change) < TOLD_SHARE_CHANGE) return countChange(pair, dimension, noun, of);
  return [{ dimension, text: `${noun} ${shareWords(some)}` }];
}

function costChange(pair: BehaviourPair): BehaviourDifference[] {
  if ([...pair.a, ...pair.b].some(({ costMicroUsd }) => costMicroUsd === null)) return [];
  const { a, b } = medians(pair, ({ costMicroUsd }) => costMicroUsd ?? 0);
  if (a === b || Math.max(a, b) < TOLD_RATIO * Math.min(a, b)) return [];
  const amounts = `${formatMicroUsd(a)} -> ${formatMicroUsd(b)}`;
  // No ratio to or from nothing.
  const text =
    a > 0 && b > 0 ? `cost x${(b / a).toFixed(b > a ? 1 : 2)} (${amounts}, median)` : `cost ${amounts} (median)`;
  return [{ dimension: "cost", text }];
}
