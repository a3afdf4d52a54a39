export type { AgentAnswer, AgentContext, AgentSession } from "./agent-context.ts";
export { Boundary } from "./boundary.ts";
export type {
  AppendEvent,
  ApprovalDecision,
  ApprovalRequest,
  BoundaryOptions,
  Doubt,
  DoubtDecision,
  RunHold,
  Wait,
} from "./boundary-options.ts";
export type { MemoryHandle, MemoryOwner, MemoryPort, Remembered } from "./memory-handle.ts";
export {
  type AgentDefinition,
  type AgentOptions,
  type AgentTurn,
  type AiSdkAgent,
  defineAgent,
  isAgentDefinition,
} from "./define-agent.ts";
export { defineTool, type DefinedTool, type ToolCallContext, toolDetails, type ToolOptions } from "./define-tool.ts";
export { effectError } from "./effect-error.ts";
export { whereThrown } from "./where-thrown.ts";
export { LOGGED_HEADER, recordModelTraffic, type SeenModelCall } from "./model-traffic.ts";
