export type { AgentDirectory, OpenAgentSession } from "./agent-directory.ts";
export type { DeployMode } from "./choose-version.ts";
export type { Dispatcher, OpenDispatcher, Performance, PerformOptions, PerformRun } from "./dispatch.ts";
export { openRuntime } from "./open-runtime.ts";
export type { AgentSummary, FollowRun, PendingDecision, Runtime, StartedRun, StartRun, WhenBusy } from "./runtime.ts";
export type { RuntimeOptions } from "./runtime-parts.ts";
