export { applyChanges } from "./apply-changes.ts";
export { diffState } from "./diff-state.ts";
export type {
  ApprovalRule,
  CaseKind,
  CaseMemory,
  CaseNetwork,
  CasePostgres,
  CaseService,
  CaseWorld,
  CheckSpec,
  EvalCase,
  InputTurn,
} from "./eval-case.ts";
export { effectAround, firstEffectInside } from "./effect-number.ts";
export type { EvalRun, EvalRunCase } from "./eval-run.ts";
export { isEvent } from "./is-event.ts";
export { ISOLATION_LEVELS, ISOLATION_PROMISES, type IsolationLevel, type SandboxFacts } from "./isolation-level.ts";
export type { AssistantMessage, Message, ToolRequest, Usage } from "./message.ts";
export { formatMicroUsd, type MicroUsd, microUsdFromUsd, sumMicroUsd } from "./money.ts";
export {
  type EffectError,
  type EventType,
  LOG_SCHEMA_VERSION,
  type NewEvent,
  type RunEvent,
  type StateChange,
} from "./run-event.ts";
export type { SourceReference, ToolDeclaration, ToolPurpose, ToolRisk } from "./tool-declaration.ts";
export type { ToolStep, Trial, TrialMetrics, TrialOutcome, VoidReason } from "./trial.ts";
export type { UserContext } from "./user-context.ts";
export type { Verdict, VerdictOutcome } from "./verdict.ts";
export { isWeaker, weakestWitness, type Witness, WITNESSES_STRONG_TO_WEAK } from "./witness.ts";
export { ACCESS_SCOPES, type AccessScope, type ApiKey, type Principal, type Role } from "./access.ts";
export type { AgentVersion, VersionRoute, WorkerRecord } from "./deployment.ts";
export type { MemoryEntry, MemoryScope } from "./memory-entry.ts";
export type { PauseReason, RunInput, RunOutcome, RunRecord, RunStatus } from "./run-record.ts";
export { type RunSignal, type RunSignalBody, signalSlot } from "./run-signal.ts";
export type { Session } from "./session.ts";
export { type Webhook, type WebhookDelivery, type WebhookEvent, WEBHOOK_EVENTS } from "./webhook.ts";
export type { ExpectedOutcome } from "./expected-outcome.ts";
export type { Feedback } from "./feedback.ts";
export type { Finding, Severity } from "./finding.ts";
export type {
  DroppedCounts,
  ObservedScope,
  ObservedSpan,
  ObservedSpanEvent,
  ObservedSpanLink,
  ValueTypes,
} from "./observed-span.ts";
export type {
  RecordedStep,
  RecordedTake,
  RecordedTool,
  RecordedToolCall,
  RecordedTurn,
  ToolReplay,
} from "./recorded-take.ts";
export type { ReplayMiss } from "./replay-miss.ts";
export type { TraceSummary } from "./trace-summary.ts";
