import type { Comparison } from "../compare/comparison.ts";
import type { GateDecision, GateReason } from "../gate/gate-decision.ts";
import type { RunSummary } from "../summary/run-summary.ts";

/** What every report is rendered from. */
export interface ReportParts {
  readonly summary: RunSummary;
  readonly comparison?: Comparison;
  readonly gate: GateDecision;
}

/** The decision as a headline. A gate that nothing closes says so: it is no praise. */
export function gateHeadline({ exitCode, reasons }: GateDecision, { suite }: RunSummary): string {
  const below = suite.casesFailed;
  if (exitCode === 0 && below > 0) {
    const which = `${below} capability ${below === 1 ? "case is" : "cases are"} below the bar`;
    return `Passed, but ${which}: they close no gate, --fail-under asks for more`;
  }
  if (exitCode === 0) return "Passed";
  if (exitCode === 1) return "Failed";
  return reasons.some((reason) => reason.exitCode === 1) ? "Could not measure, and failed" : "Could not measure";
}

const NAMED_MAX = 5;

/** A reason with the cases it is about, as raw text. */
export function reasonText({ message, caseIds = [] }: GateReason): string {
  if (caseIds.length === 0) return message;
  const rest = caseIds.length - NAMED_MAX;
  const names = `${caseIds.slice(0, NAMED_MAX).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
  return `${message.replace(/\.$/, "")}: ${names}.`;
}
