import type { CaseKind } from "../../domain/index.ts";
import type { Interval, PassCount } from "../../stats/index.ts";
import type { GroupBy } from "./group-by.ts";
import type { LeftOutRun } from "./suite-history.ts";

/** When a capability case counts as something the agent can do. */
export interface GraduationRule {
  /** What the lower bound of the pass rate's interval must reach. */
  readonly minRate: number;
  readonly confidence: number;
  /** How many of the newest versions must have run the case; their trials are pooled. */
  readonly versions: number;
}

export const DEFAULT_RULE: GraduationRule = { minRate: 0.9, confidence: 0.95, versions: 3 };

export type GraduationDecision =
  | "graduates"
  | "is regression"
  | "never run"
  | "changed since"
  | "too few versions"
  | "newest version worse"
  | "below the bar"
  | "too few trials";

export interface CaseGraduation {
  readonly id: string;
  readonly kind: CaseKind;
  readonly decision: GraduationDecision;
  /** Over the newest versions; null where none has run it as it is. */
  readonly pooled: (PassCount & Interval) | null;
  /** Newest last. */
  readonly versions: readonly (PassCount & { readonly label: string; readonly runs: readonly string[] })[];
  /** One-sided: how surprising so few passes of the newest version would be if it passed as often as those before it. */
  readonly pNewestWorse: number | null;
  /** Fewest further trials, all of them passed, that would reach the bar; 0 where it is reached, null where none would. */
  readonly moreTrials: number | null;
  /** The decision in plain words. */
  readonly sentence: string;
}

export interface GraduationReport {
  readonly suite: string;
  readonly by: GroupBy;
  readonly rule: GraduationRule;
  /** Labels of the versions looked at, newest last. */
  readonly versions: readonly string[];
  readonly cases: readonly CaseGraduation[];
  readonly leftOut: readonly LeftOutRun[];
}
