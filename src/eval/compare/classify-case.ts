import { type CountPair, trialsForEvidence } from "../../stats/index.ts";
import type { RateEvidence } from "./compare-pass-rates.ts";
import type { BehaviourEvidence, CaseChange } from "./comparison.ts";

export interface CaseEvidence extends CountPair {
  readonly rates: RateEvidence;
  readonly behaviour: BehaviourEvidence;
}

/** One-sided levels a single new finding would have to reach among all cases that could be one. */
export interface NeededLevels {
  readonly rates: number;
  readonly behaviour: number;
}

/**
 * Results before behaviour, evidence before appearance: what was shown is named first, then what was only seen.
 * `unchanged` is left for cases that passed as often on both sides and in no respect acted differently throughout.
 */
export function classifyCase({ a, b, rates, behaviour }: CaseEvidence): CaseChange {
  if (rates.finding === "worse") return "regressed";
  if (rates.finding === "better") return "improved";
  if (behaviour.isChanged) return "behaviour changed";
  const isMixed = [a, b].some(({ passed, total }) => passed > 0 && passed < total);
  if (isMixed) return "flaky";
  const isFlipped = a.passed / a.total !== b.passed / b.total;
  return isFlipped || behaviour.isSeparated ? "not enough evidence" : "unchanged";
}

/** More trials a side until what was seen so far, if it holds, would be a finding; null where nothing is to be found. */
export function moreTrialsFor(change: CaseChange, evidence: CaseEvidence, needed: NeededLevels): number | null {
  if (change !== "flaky" && change !== "not enough evidence") return null;
  const { a, b, behaviour } = evidence;
  const enough = [
    trialsForEvidence({ a, b, alpha: needed.rates }),
    behaviour.isSeparated ? trialsForSeparation(needed.behaviour) : undefined,
  ].filter((trials) => trials !== undefined);
  if (enough.length === 0) return null;
  return Math.max(1, Math.min(...enough) - Math.min(a.total, b.total));
}

/** Fewest trials a side at which two sides that never overlap have a permutation p of at most alpha. */
export function trialsForSeparation(alpha: number): number {
  let trials = 1;
  // Choosing n of 2n: two of the labellings, the one seen and its mirror, are the farthest apart.
  for (let labellings = 2; 2 / labellings > alpha; trials += 1) {
    labellings = (labellings * 2 * (2 * trials + 1)) / (trials + 1);
  }
  return trials;
}
