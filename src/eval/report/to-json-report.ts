import type { Comparison } from "../compare/comparison.ts";
import type { GateDecision } from "../gate/gate-decision.ts";
import type { RunIdentity, RunSummary } from "../summary/run-summary.ts";
import type { ReportParts } from "./report-parts.ts";

/**
 * The report for programs. Fields are added within a schema version, never renamed or removed; rates are proportions in
 * [0, 1], times milliseconds, money micro-USD, and null says "not known". Strings are as recorded: escape them for
 * wherever they are shown.
 */
export interface JsonReport {
  readonly schemaVersion: 1;
  readonly run: RunIdentity;
  readonly summary: Omit<RunSummary, "run">;
  /** Left out without a baseline. */
  readonly comparison?: Comparison;
  readonly gate: GateDecision;
}

export function toJsonReport({ summary, comparison, gate }: ReportParts): JsonReport {
  const { run, suite, cases, notSeen } = summary;
  const parts = { schemaVersion: 1, run, summary: { suite, cases, notSeen } } as const;
  return comparison ? { ...parts, comparison, gate } : { ...parts, gate };
}
