export type { Dispatcher, OpenDispatcher, Performance, PerformOptions, PerformRun } from "./dispatch.ts";
export type { AgentSummary, FollowRun, PendingDecision, Runtime, StartedRun, StartRun, WhenBusy } from "./runtime.ts";
