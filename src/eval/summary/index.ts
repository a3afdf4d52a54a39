export type { CaseSummary, RunSummary, SuiteSummary } from "./run-summary.ts";
export { summarizeRun } from "./summarize-run.ts";
