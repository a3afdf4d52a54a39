import type { Comparison } from "../compare/comparison.ts";
import type { RunSummary } from "../summary/run-summary.ts";

export type FailOn = "regressed" | "behaviour" | "flaky" | "not-enough-evidence";

export interface GateOptions {
  /** Suite pass rate in percent, from 1 to 100. With it the rate alone decides, not the single cases. */
  readonly failUnder?: number;
  readonly failOn?: readonly FailOn[];
  /** Share of void trials, in [0, 1], above which the run counts as not measured; 0.1 unless given. */
  readonly maxVoidShare?: number;
}

export interface GateRequest {
  readonly summary: RunSummary;
  readonly comparison?: Comparison;
  readonly options?: GateOptions;
}

export interface GateReason {
  readonly code:
    | "no-cases"
    | "nothing-scored"
    | "unfinished"
    | "voids"
    | "undecided-checks"
    | "case-not-measured"
    | "no-comparison"
    | "regression-case-failed"
    | "under-pass-rate"
    | "regressed"
    | "suite-regressed"
    | "behaviour-changed"
    | "suite-behaviour-changed"
    | "flaky"
    | "not-enough-evidence";
  /** 1 the agent, 2 the measurement. */
  readonly exitCode: 1 | 2;
  /** In plain words; holds no untrusted text. */
  readonly message: string;
  readonly caseIds?: readonly string[];
}

export interface GateDecision {
  /** 0 pass, 1 gate failed, 2 could not measure. */
  readonly exitCode: 0 | 1 | 2;
  readonly reasons: readonly GateReason[];
}
