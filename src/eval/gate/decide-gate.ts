import { AegisError } from "../../kernel/index.ts";
import type { Comparison } from "../compare/comparison.ts";
import type { RunSummary } from "../summary/run-summary.ts";
import { couldNotMeasure } from "./could-not-measure.ts";
import { gateFailures } from "./gate-failures.ts";

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

/**
 * May this version go on? A run that was not measured is no pass and no failure of the agent, so 2 wins over 1; all
 * reasons are named either way.
 *
 * Without `failUnder` the run fails when a case of kind regression is below its bar. Capability cases below theirs do
 * not fail it: they say how far the agent has come, and `failUnder` is there to ask for more.
 *
 * @throws {AegisError} "eval.bad_gate" for a rate that is no percentage, or a share that is none
 */
export function decideGate({ summary, comparison, options = {} }: GateRequest): GateDecision {
  assertOptions(options);
  const request = { summary, options, ...(comparison === undefined ? {} : { comparison }) };
  const reasons = [...couldNotMeasure(request), ...gateFailures(request)];
  const exitCode = reasons.reduce<0 | 1 | 2>((worst, reason) => (reason.exitCode > worst ? reason.exitCode : worst), 0);
  return { exitCode, reasons };
}

function assertOptions({ failUnder, maxVoidShare = 0 }: GateOptions): void {
  // Between 0 and 1 somebody meant a proportion, and the gate would never close.
  if (failUnder !== undefined && failUnder !== 0 && !(failUnder >= 1 && failUnder <= 100)) {
    throw new AegisError("eval.bad_gate", `A pass rate of ${failUnder} percent cannot be asked for`, {
      details: { failUnder },
    });
  }
  if (!(maxVoidShare >= 0 && maxVoidShare <= 1)) {
    throw new AegisError("eval.bad_gate", `${maxVoidShare} is no share of void trials`, { details: { maxVoidShare } });
  }
}
