import type { BehaviourPair, TrialBehaviour } from "./trial-behaviour.ts";

type Key = (trial: TrialBehaviour) => string | number;

const KEYS: readonly Key[] = [
  ({ sequenceKey }) => sequenceKey,
  ({ verdictsKey }) => verdictsKey,
  ({ retryCount }) => retryCount,
  ({ toolErrorCount }) => toolErrorCount,
  ({ escalationCount }) => escalationCount,
];

/** A live model words its arguments anew each time, so one trial a side says nothing about these. */
const REPEATED_KEYS: readonly Key[] = [
  ({ callsKey }) => callsKey,
  ({ stepCount }) => stepCount,
  ({ costMicroUsd }) => costMicroUsd ?? "unknown",
];

/** In at least one respect, all trials of A do the same, and all trials of B do the same other thing. */
export function isSeparated({ a, b }: BehaviourPair): boolean {
  const isRepeated = a.length > 1 && b.length > 1;
  return [...KEYS, ...(isRepeated ? REPEATED_KEYS : [])].some((key) => {
    const [before, after] = [new Set(a.map(key)), new Set(b.map(key))];
    return before.size === 1 && after.size === 1 && ![...after].some((value) => before.has(value));
  });
}
