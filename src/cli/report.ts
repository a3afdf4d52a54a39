import type { Comparison } from "../eval/compare/index.ts";
import type { GateDecision } from "../eval/gate/index.ts";
import type { RunSummary } from "../eval/summary/index.ts";

/** How a run is reported, beside the terminal. */
export interface ReportFlags {
  readonly junit?: string | undefined;
  readonly markdown?: string | undefined;
  readonly prComment: boolean;
  readonly json: boolean;
}

/** A run, what it is compared with, and what was decided. */
export interface Report {
  readonly summary: RunSummary;
  readonly comparison?: Comparison;
  readonly gate: GateDecision;
}
