export { findTracedRun, type FoundRun } from "./find-traced-run.ts";
export {
  type PlannedCases,
  planTraceCases,
  type TraceCasesRequest,
  type TriedCase,
  tryTraceCases,
} from "./trace-cases.ts";
