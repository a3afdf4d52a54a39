export type { RunSummary } from "./run-summary.ts";
export { summarizeRun } from "./summarize-run.ts";
