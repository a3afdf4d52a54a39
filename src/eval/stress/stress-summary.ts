import type { ClusteredInterval } from "../../stats/index.ts";
import type { RateEvidence } from "../compare/compare-pass-rates.ts";

/** What conditions do to the pass rate, each case held against itself undisturbed. */
export interface StressSummary {
  /** All cases as they were written; null where none was scored. */
  readonly undisturbed: ClusteredInterval | null;
  readonly conditions: readonly ConditionSummary[];
  /** Cases under a condition of which the undisturbed one was never scored. */
  readonly withoutBase: readonly string[];
}

export interface ConditionSummary {
  readonly condition: string;
  readonly label: string | null;
  /** Of the levels. */
  readonly unit: string | null;
  /** From weak to strong. */
  readonly levels: readonly LevelSummary[];
  readonly boundary: FailureBoundary;
}

/** `worse in cases`: no drop is shown over all cases, but it is for some. */
export type StressVerdict = "worse" | "worse in cases" | "better" | "no difference shown" | "not measured";

export interface LevelSummary {
  readonly level: number | null;
  readonly verdict: StressVerdict;
  /** Over the cases that were scored both ways; the fields below are null where there is none. */
  readonly stressed: ClusteredInterval | null;
  readonly undisturbed: ClusteredInterval | null;
  /** Mean over the cases of the change in their pass rate, with its 95 % interval. */
  readonly difference: { readonly mean: number; readonly lower: number; readonly upper: number } | null;
  /** Two-sided, paired by case: sign flips. */
  readonly pValue: number | null;
  /** Share of false findings among all conditions and levels, if this one is called a finding too. */
  readonly qValue: number | null;
  readonly voids: number;
  readonly cases: readonly StressedCase[];
}

export interface StressedCase {
  readonly caseId: string;
  readonly stressedId: string;
  readonly undisturbed: TrialCount;
  readonly stressed: TrialCount;
  /** Null where one side was never scored. */
  readonly rates: RateEvidence | null;
}

export interface TrialCount {
  readonly passed: number;
  readonly total: number;
  readonly voids: number;
}

/** Where an agent begins to fail, as far as the levels tried can say; null for "at none of them". */
export interface FailureBoundary {
  /** The weakest level at which a drop is shown, overall or in cases. */
  readonly shownAt: number | null;
  /** The weakest level at which at most half of what passed undisturbed still passes, shown or not. */
  readonly halvedAt: number | null;
  /** The strongest level up to which neither is so. */
  readonly heldTo: number | null;
  /** For each case that passed at least half of its trials undisturbed, the weakest level at which it passed fewer. */
  readonly cases: readonly { readonly caseId: string; readonly failsAt: number }[];
  readonly sentence: string;
}
