import type { ClusteredInterval, Interval } from "../../stats/index.ts";
import type { GroupBy } from "./group-by.ts";
import type { SuiteChange } from "./shared-cases.ts";
import type { LeftOutRun } from "./suite-history.ts";

/** How a suite's results went over versions, models, prompts, runs or times, as plain JSON. */
export interface TrendReport {
  readonly suite: string;
  readonly by: GroupBy;
  readonly groups: readonly TrendGroup[];
  /** From each group to the next. */
  readonly steps: readonly TrendStep[];
  /** From the first group, or the one asked for, to the last. Null with fewer than two groups. */
  readonly overall: TrendStep | null;
  /** Null with fewer than three groups. */
  readonly slope: TrendSlope | null;
  /** How many cases all groups were asked in the same words. */
  readonly commonCaseCount: number;
  /** What may be said, in sentences; only what intervals and tests bear out is called a change. */
  readonly statements: readonly string[];
  readonly leftOut: readonly LeftOutRun[];
}

export interface TrendGroup {
  readonly label: string;
  readonly runs: readonly string[];
  readonly versions: readonly string[];
  readonly models: readonly string[];
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly caseCount: number;
  readonly trialCount: number;
  /** Over every case the group was asked, with its 95 % interval. Null where nothing was scored. */
  readonly all: ClusteredInterval | null;
  /** Over the cases all groups were asked. Null where there are none. */
  readonly common: ClusteredInterval | null;
}

export interface TrendStep {
  readonly from: string;
  readonly to: string;
  readonly sharedCaseCount: number;
  /** The agent: mean change of the same cases, with its 95 % interval. Null without a shared case. */
  readonly difference: ({ readonly mean: number } & Interval) | null;
  /** Wider, so that of all steps looked at together one in twenty is wrong. */
  readonly adjusted: Interval | null;
  /** Sign-flip test over the shared cases. */
  readonly pValue: number | null;
  /** Beyond chance: the adjusted interval excludes 0, and so does the test at the adjusted level. */
  readonly verdict: "better" | "worse" | "no difference shown" | "nothing to compare";
  /** The rest: what of the change over all cases is the suite's own. Null where nothing was scored or shared. */
  readonly suiteShare: number | null;
  readonly suiteChange: SuiteChange;
}

export interface TrendSlope {
  /** Mean over cases of each case's own slope, in pass rate a step. */
  readonly mean: number;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly pValue: number;
  /** Cases that at least two groups were asked in the same words. */
  readonly caseCount: number;
  /** What a step is: one version, one week... */
  readonly unit: string;
  readonly verdict: "rising" | "falling" | "no slope shown";
}
