import type { CaseChange, Comparison } from "../compare/comparison.ts";
import type { RunSummary } from "../summary/run-summary.ts";
import type { GateReason, GateRequest } from "./gate-decision.ts";

/** Reasons that lie with the agent. */
export function gateFailures({ summary, comparison, options = {} }: GateRequest): GateReason[] {
  const failOn = new Set(options.failOn);
  return [
    ...(options.failUnder === undefined ? failedRegressionCases(summary) : underPassRate(summary, options.failUnder)),
    ...(comparison && failOn.has("regressed") ? regressed(comparison) : []),
    ...(comparison && failOn.has("behaviour") ? behaviourChanged(comparison) : []),
    ...(failOn.has("flaky") ? flaky(summary) : []),
    ...(comparison && failOn.has("not-enough-evidence") ? undecided(comparison) : []),
  ];
}

function failedRegressionCases({ cases }: RunSummary): GateReason[] {
  const failed = cases.filter(({ kind, status }) => kind === "regression" && status === "failed");
  const noun =
    failed.length === 1 ? "1 regression case is below its" : `${failed.length} regression cases are below their`;
  return reason("regression-case-failed", `${noun} required pass rate.`, failed);
}

function underPassRate({ suite }: RunSummary, failUnder: number): GateReason[] {
  const rate = (suite.passRate?.rate ?? 0) * 100;
  // 19 of 20 is 95 percent, whatever the rounding says.
  if (rate >= failUnder - 1e-9) return [];
  const message = `The suite's pass rate is ${rate.toFixed(1)} %, under the ${failUnder} % asked for.`;
  return [{ code: "under-pass-rate", exitCode: 1, message }];
}

function regressed(comparison: Comparison): GateReason[] {
  const cases = withChange(comparison, "regressed");
  const suite = comparison.suite;
  const message = `${count(cases.length, "case")} passed less often than in the baseline, beyond chance.`;
  const asSuite: GateReason[] =
    suite.verdict === "regressed"
      ? [{ code: "suite-regressed", exitCode: 1, message: suite.sentence, caseIds: suite.brokeCaseIds }]
      : [];
  return [...reason("regressed", message, cases), ...asSuite];
}

function behaviourChanged(comparison: Comparison): GateReason[] {
  const cases = withChange(comparison, "behaviour changed");
  const message = `${count(cases.length, "case")} behaved differently from the baseline, beyond chance.`;
  const asSuite: GateReason[] =
    comparison.suite.behaviour.verdict === "changed"
      ? [
          {
            code: "suite-behaviour-changed",
            exitCode: 1,
            message: "Over all cases together the agent behaved differently from the baseline, beyond chance.",
          },
        ]
      : [];
  return [...reason("behaviour-changed", message, cases), ...asSuite];
}

/** Of this run: a baseline that was flaky is no fault of the candidate. */
function flaky({ cases }: RunSummary): GateReason[] {
  const mixed = cases.filter(({ isFlaky }) => isFlaky);
  return reason("flaky", `${count(mixed.length, "case")} passed in some trials and failed in others.`, mixed);
}

function undecided(comparison: Comparison): GateReason[] {
  const cases = withChange(comparison, "not enough evidence");
  const message = `${count(cases.length, "case")} differed from the baseline in too few trials to tell from chance.`;
  return reason("not-enough-evidence", message, cases);
}

function withChange({ cases }: Comparison, change: CaseChange) {
  return cases.filter((one) => one.change === change);
}

function reason(code: GateReason["code"], message: string, cases: readonly { readonly id: string }[]): GateReason[] {
  return cases.length === 0 ? [] : [{ code, exitCode: 1, message, caseIds: cases.map(({ id }) => id) }];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
