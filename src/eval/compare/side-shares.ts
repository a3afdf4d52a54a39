import { median } from "../../stats/index.ts";
import type { BehaviourPair, TrialBehaviour } from "./trial-behaviour.ts";

/** How many trials of a side something holds for. */
export interface Share {
  readonly count: number;
  readonly total: number;
}

/** From this change in the share of trials on, a difference is worth a sentence. */
export const TOLD_SHARE_CHANGE = 0.5;

export function shares(
  { a, b }: BehaviourPair,
  holds: (trial: TrialBehaviour) => boolean,
): { readonly a: Share; readonly b: Share; readonly change: number } {
  const of = (trials: readonly TrialBehaviour[]) => ({ count: trials.filter(holds).length, total: trials.length });
  const [before, after] = [of(a), of(b)];
  return { a: before, b: after, change: rate(after) - rate(before) };
}

export function medians(
  { a, b }: BehaviourPair,
  of: (trial: TrialBehaviour) => number,
): { readonly a: number; readonly b: number } {
  return { a: median(a.map(of)), b: median(b.map(of)) };
}

/** "in 5 of 5 trials (before: 0 of 5)" */
export function shareWords({ a, b }: { readonly a: Share; readonly b: Share }): string {
  return `in ${ofTrials(b)} (before: ${a.count} of ${a.total})`;
}

/** "5 of 5 trials" */
export function ofTrials({ count, total }: Share): string {
  return `${count} of ${total} ${total === 1 ? "trial" : "trials"}`;
}

function rate({ count, total }: Share): number {
  return total === 0 ? 0 : count / total;
}
