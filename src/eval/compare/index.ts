export { CASE_CHANGES, type CaseComparison, type Comparison } from "./comparison.ts";
export { compareRuns } from "./compare-runs.ts";
