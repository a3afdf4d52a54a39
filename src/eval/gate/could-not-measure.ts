import type { CaseSummary, RunSummary } from "../summary/run-summary.ts";
import type { FailOn, GateReason, GateRequest } from "./gate-decision.ts";

const MAX_VOID_SHARE = 0.1;

/** Reasons why the run says too little about the agent to decide anything. */
export function couldNotMeasure({ summary, comparison, options = {} }: GateRequest): GateReason[] {
  const { trials, caseCount } = summary.suite;
  if (caseCount === 0) return [reason("no-cases", "The run has no cases: there is nothing to judge.")];
  if (trials.scored === 0) return [reason("nothing-scored", "No trial was scored: nothing is known of the agent.")];
  return [
    ...unfinished(summary),
    ...voids(summary, options.maxVoidShare ?? MAX_VOID_SHARE),
    ...undecidedChecks(summary),
    ...unmeasuredCases(summary),
    ...withoutComparison(comparison?.suite.caseCount, options.failOn ?? []),
  ];
}

function unfinished({ run, suite }: RunSummary): GateReason[] {
  if (run.status === "finished" && suite.trials.missing === 0) return [];
  const { missing, asked } = suite.trials;
  return [reason("unfinished", `The run is ${run.status}: ${missing} of ${asked} trials have not run.`)];
}

function voids({ suite }: RunSummary, maxShare: number): GateReason[] {
  const { void: count, scored } = suite.trials;
  const share = count / (count + scored);
  if (share <= maxShare) return [];
  const message = `${count} of ${count + scored} trials are void (${percent(share)}; at most ${percent(maxShare)} may be): our side or the provider broke, not the agent.`;
  return [reason("voids", message)];
}

function undecidedChecks({ cases }: RunSummary): GateReason[] {
  const touched = cases.filter(({ undecidedGates }) => undecidedGates > 0);
  if (touched.length === 0) return [];
  const count = touched.reduce((sum, { undecidedGates }) => sum + undecidedGates, 0);
  return [reason("undecided-checks", `${count} gating verdicts could not be decided.`, touched)];
}

/** A void capability trial leaves a gap in a number; a void regression case leaves a promise unchecked. */
function unmeasuredCases({ cases }: RunSummary): GateReason[] {
  const gone = cases.filter(({ kind, total }) => kind === "regression" && total === 0);
  if (gone.length === 0) return [];
  return [reason("case-not-measured", "No trial was scored of regression cases that must hold.", gone)];
}

function withoutComparison(caseCount: number | undefined, failOn: readonly FailOn[]): GateReason[] {
  const asked = failOn.filter((change) => change !== "flaky");
  if (asked.length === 0 || (caseCount ?? 0) > 0) return [];
  const why = caseCount === undefined ? "there is no baseline" : "the baseline has no scored case in common";
  return [reason("no-comparison", `Asked to fail on ${asked.join(", ")}, but ${why}.`)];
}

function reason(code: GateReason["code"], message: string, cases: readonly CaseSummary[] = []): GateReason {
  return { code, exitCode: 2, message, ...(cases.length === 0 ? {} : { caseIds: cases.map(({ id }) => id) }) };
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
