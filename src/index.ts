// The public door. Agent files load it inside every trial's process, so it stays light: no schema library, no server.
export type { AgentContext } from "./agent/agent-context.ts";
export { type AgentDefinition, type AgentOptions, type AgentTurn, defineAgent } from "./agent/define-agent.ts";
export { type DefinedTool, defineTool, type ToolCallContext, type ToolOptions } from "./agent/define-tool.ts";
export { type ConfigOptions, defineConfig } from "./app/define-config.ts";
export { check } from "./check/build-check.ts";
export {
  type AgentSuiteOptions,
  type CaseOptions,
  judge,
  type JudgeOptions,
  type Scorer,
  type ScorerResult,
  suite,
  type SuiteDefinition,
  suite as evalite,
  suite as Eval,
  type TaskSuiteOptions,
} from "./eval/define/define-suite.ts";
export { AegisError } from "./kernel/aegis-error.ts";
export type { TrialWorld, WorldFactory, WorldRequest } from "./world/world.ts";
export { aegis } from "./app/aegis.ts";
