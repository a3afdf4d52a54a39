export {
  type AgentSuiteOptions,
  type CaseOptions,
  definedSuites,
  type Scorer,
  type ScorerResult,
  suite,
  type SuiteDefinition,
  type SuiteModel,
  type SuiteOptions,
  taskAgent,
  type TaskSuiteOptions,
} from "./define-suite.ts";
export type { MakeJudge, TrialJudge } from "./judge-trial.ts";
export { loadSuiteFile, type ResolveAgent } from "./load/load-suite.ts";
export type { LoadedSuite } from "./loaded-suite.ts";
export {
  hashOf,
  runSuite,
  suiteHashes,
  type SuitePorts,
  type SuiteProgress,
  type SuiteRunOptions,
  type SuiteRunResult,
} from "./run-suite.ts";
export type { ModelEndpoint } from "./run-trial.ts";
export type { AgentTarget, PerformTrial, TrialJob, TrialPerformance } from "./trial-job.ts";
export { CASE_CHANGES, type CaseComparison, type Comparison } from "./compare/comparison.ts";
export { compareRuns } from "./compare/compare-runs.ts";
export { decideGate, type FailOn, type GateDecision, type GateOptions } from "./gate/decide-gate.ts";
export type { ImportFile } from "./import/decode-text.ts";
export { IMPORT_FORMATS, type ImportFormat } from "./import/detect-format.ts";
export { importResults } from "./import/import-results.ts";
export type { ImportedResults, ImportNotes } from "./import/imported-results.ts";
export type { RunSummary } from "./summary/run-summary.ts";
export { summarizeRun } from "./summary/summarize-run.ts";
export { isProgressWorthLogging, progressLine, progressLogLine } from "./report/progress-line.ts";
export { renderGithubAnnotations } from "./report/render-github-annotations.ts";
export { renderJunit } from "./report/render-junit.ts";
export { renderMarkdown, renderStepSummary } from "./report/render-markdown.ts";
export { renderTerminal } from "./report/render-terminal.ts";
export { toJsonReport } from "./report/to-json-report.ts";
export { commentMarker } from "./report/comment-marker.ts";
export { upsertPullRequestComment } from "./report/upsert-pull-request-comment.ts";
