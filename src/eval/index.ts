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
} from "./define/define-suite.ts";
export type { MakeJudge, TrialJudge } from "./judge-trial.ts";
export { builtBeside } from "./load/built-beside.ts";
export type { ResolveAgent } from "./load/finish-suite.ts";
export { playTake } from "./load/finish-replay.ts";
export { loadSuiteFile } from "./load/load-suite.ts";
export type { LoadedSuite } from "./loaded-suite.ts";
export {
  caseHash,
  hashOf,
  runSuite,
  suiteHashes,
  type SuitePorts,
  type SuiteProgress,
  type SuiteRunOptions,
  type SuiteRunResult,
} from "./run-suite.ts";
export { toolsIn, toolsNamed } from "./tools-named.ts";
export type { ModelEndpoint } from "./trial-ports.ts";
export type { AgentTarget, PerformTrial, TrialJob, TrialPerformance } from "./trial-job.ts";
