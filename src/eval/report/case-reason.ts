import type { CaseSummary } from "../summary/run-summary.ts";

/** Why a case did not pass all its trials, in one line of raw text: the top failure, or what voided it. */
export function caseReason(one: CaseSummary): string {
  const failure = one.failures.find(({ gates }) => gates) ?? (one.passed < one.total ? one.failures[0] : undefined);
  if (failure) {
    const times = one.total > 1 ? ` (${failure.count} of ${one.total})` : "";
    return `${failure.verdict}${times}: ${failure.example}`;
  }
  if (one.voids > 0) {
    const reasons = Object.entries(one.voidReasons).map(([reason, count]) => `${count} ${reason}`);
    return `void: ${reasons.join(", ")}`;
  }
  if (one.missing > 0) return `${one.missing} not run`;
  return "";
}
