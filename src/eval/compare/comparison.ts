import type { CaseKind } from "../../domain/index.ts";
import type { ClusteredInterval } from "../../stats/index.ts";
import type { RunIdentity } from "../summary/run-summary.ts";
import type { BehaviourDimension } from "./dimension-distances.ts";
import type { RateEvidence } from "./compare-pass-rates.ts";

/** What changed from run A (the baseline) to run B (the candidate), as plain JSON. */
export interface Comparison {
  readonly a: RunIdentity;
  readonly b: RunIdentity;
  readonly alpha: number;
  readonly falseDiscoveryRate: number;
  readonly suite: SuiteComparison;
  /** In the order of B, then those only in A. */
  readonly cases: readonly CaseComparison[];
  readonly counts: Readonly<Record<CaseChange, number>>;
  readonly warnings: readonly ComparisonWarning[];
}

export const CASE_CHANGES = [
  "regressed",
  "improved",
  "behaviour changed",
  "flaky",
  "not enough evidence",
  "unchanged",
  "only in A",
  "only in B",
] as const;
export type CaseChange = (typeof CASE_CHANGES)[number];

export interface CaseComparison {
  readonly id: string;
  readonly kind: CaseKind;
  readonly change: CaseChange;
  /** Null where the run has no such case. */
  readonly a: SideCount | null;
  readonly b: SideCount | null;
  /** Which way the pass rate moved, shown or not. */
  readonly outcome: "broke" | "fixed" | "same";
  /** Null unless both sides have scored trials; so are the next two. */
  readonly rates: RateEvidence | null;
  readonly behaviour: BehaviourEvidence | null;
  readonly latency: LatencyEvidence | null;
  /** How many more trials a side would settle it, if what was seen so far holds; null when none would be needed or help. */
  readonly moreTrials: number | null;
  /** The finding in plain words. */
  readonly sentence: string;
}

export interface SideCount {
  readonly passed: number;
  /** Scored trials. */
  readonly total: number;
  readonly voids: number;
}

export interface BehaviourEvidence {
  readonly pValue: number;
  readonly qValue: number;
  /** The smallest p these trials could give, however they were labelled. */
  readonly minAttainableP: number;
  readonly isExact: boolean;
  /** Shown beyond chance. */
  readonly isChanged: boolean;
  /** The same in all trials of one side, and another in all trials of the other; with few trials that may be chance. */
  readonly isSeparated: boolean;
  readonly differences: readonly BehaviourDifference[];
}

export interface BehaviourDifference {
  readonly dimension: BehaviourDimension;
  /** With its direction, e.g. "refund.request now called before orders.get in 5 of 5 trials". Holds untrusted names. */
  readonly text: string;
}

export interface LatencyEvidence {
  readonly medianAMs: number;
  readonly medianBMs: number;
  readonly ratio: number;
  readonly pValue: number | null;
  readonly qValue: number | null;
  /** Large enough to matter (x1.5 and 100 ms) and beyond chance. Never counts as changed behaviour by itself. */
  readonly change: "slower" | "faster" | null;
}

export interface SuiteComparison {
  /** Cases scored on both sides: everything here is about them. */
  readonly caseCount: number;
  readonly passRateA: ClusteredInterval | null;
  readonly passRateB: ClusteredInterval | null;
  /** Mean over cases of the change in pass rate, with its 95 % interval. */
  readonly difference: { readonly mean: number; readonly lower: number; readonly upper: number } | null;
  /** Two-sided sign-flip test over cases. */
  readonly pValue: number | null;
  readonly isExact: boolean;
  /** Only when every case has one trial on each side. */
  readonly mcnemar: { readonly passToFail: number; readonly failToPass: number; readonly pValue: number } | null;
  readonly verdict: "regressed" | "improved" | "no difference shown";
  readonly sentence: string;
  readonly brokeCaseIds: readonly string[];
  readonly fixedCaseIds: readonly string[];
  readonly passHatK: readonly {
    readonly k: number;
    readonly a: number;
    readonly b: number;
    readonly caseCount: number;
  }[];
  readonly behaviour: SuiteBehaviour;
  readonly latency: LatencyEvidence | null;
}

/** Small shifts that no case shows alone. */
export interface SuiteBehaviour {
  readonly verdict: "changed" | "no difference shown";
  /** Energy test within cases, over all cases; null when no case has two trials on a side. */
  readonly energyPValue: number | null;
  /** Those beyond chance, the surest first. */
  readonly shifts: readonly BehaviourShift[];
}

export interface BehaviourShift {
  readonly feature: string;
  readonly meanA: number;
  readonly meanB: number;
  readonly pValue: number;
  readonly qValue: number;
  readonly text: string;
}

export interface ComparisonWarning {
  readonly code:
    | "dataset"
    | "judge"
    | "model"
    | "suite"
    | "isolation"
    | "cases"
    | "case content"
    | "voids"
    | "trials"
    | "agent"
    | "origin"
    | "unfinished";
  readonly message: string;
}
