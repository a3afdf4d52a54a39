export type { PublicRunEvent } from "../api/index.ts";
export { type Client, connect } from "./connect.ts";
export type { Backoff } from "./backoff.ts";
export type { ConnectionState, FollowOptions } from "./follow-run.ts";
export type { MemoryClient, UserMemoryClient } from "./memory-client.ts";
export { ProblemError } from "./problem-error.ts";
export type { TextUpdate } from "./read-text.ts";
export { reduceRun } from "./reduce-run.ts";
export type { EventPage, RunClient } from "./run-client.ts";
export { type ApprovalView, EMPTY_RUN_VIEW, type RunPart, type RunView, type ToolView } from "./run-view.ts";
export type { SentMessage, SessionClient } from "./session-client.ts";
export type {
  AgentSummary,
  Decision,
  MemoryEntry,
  MemoryQuery,
  NewMessage,
  NewSession,
  Page,
  PendingDecision,
  RunQuery,
  RunRecord,
  Session,
  SessionQuery,
  WhenBusy,
} from "./surface.ts";
export type { ConnectOptions, RequestOptions } from "./transport.ts";
