import type { CaseKind } from "../../domain/index.ts";
import type { LeftOutRun } from "./suite-history.ts";

export const REVIEW_FINDINGS = [
  "gone tools",
  "duplicate",
  "no signal",
  "never fails",
  "flaky",
  "costly",
  "not in production",
] as const;
export type ReviewFindingName = (typeof REVIEW_FINDINGS)[number];

/** What a review looks for is measured against these; all of them are printed with it. */
export interface ReviewThresholds {
  /** Above this chance of failure that so few trials cannot exclude, "never failed" is only a suspicion. */
  readonly unseenFailureMax: number;
  /** How far a flaky case's interval must stay away from 0 and from 1. */
  readonly flakyMargin: number;
  /** From this p down, versions may differ, and the case is not called flaky. */
  readonly versionEffectP: number;
  /** Share of words that two inputs may have for themselves to count as one. */
  readonly inputDistanceMax: number;
  /** Share of tool calls that two cases may differ in, and how far their pass rates may lie apart. */
  readonly behaviourDistanceMax: number;
  readonly rateDistanceMax: number;
  /** How many times its even share of cost or time a costly case takes. */
  readonly costRatioMin: number;
  /** Fewer production traces say nothing. */
  readonly tracesMin: number;
  /** A case farther from production than this share of the production traces are from each other is not seen there. */
  readonly productionQuantile: number;
  /** Nearer than this it is seen, however much production repeats itself. */
  readonly productionDistanceMin: number;
}

export const DEFAULT_THRESHOLDS: ReviewThresholds = {
  unseenFailureMax: 0.3,
  flakyMargin: 0.1,
  versionEffectP: 0.2,
  inputDistanceMax: 0.2,
  behaviourDistanceMax: 0.2,
  rateDistanceMax: 0.2,
  costRatioMin: 3,
  tracesMin: 20,
  productionQuantile: 0.95,
  productionDistanceMin: 0.5,
};

export interface ReviewFinding {
  readonly finding: ReviewFindingName;
  /** Null for the suite's own checks. */
  readonly caseId: string | null;
  readonly kind: CaseKind | null;
  /** A suspicion rests on too few trials to act on. */
  readonly isShown: boolean;
  /** What was measured, in a sentence. */
  readonly evidence: string;
  /** The same as numbers. */
  readonly figures: Readonly<Record<string, number | string | null>>;
  readonly runs: readonly string[];
  /** The other case of a pair. */
  readonly otherId?: string;
  /** Null for a guard that never fails: that is its work. */
  readonly action: string | null;
  /** Whether the action is to take the case away. */
  readonly isRemoval: boolean;
}

export interface ReviewReport {
  readonly suite: string;
  readonly versions: readonly string[];
  readonly caseCount: number;
  readonly trialCount: number;
  readonly thresholds: ReviewThresholds;
  readonly findings: readonly ReviewFinding[];
  /** What could not be looked at, and why. */
  readonly notExamined: readonly string[];
  readonly leftOut: readonly LeftOutRun[];
}
