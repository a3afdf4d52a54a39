export type {
  CapturedOutput,
  ProgramEnd,
  Sandbox,
  SandboxLimits,
  SandboxMount,
  SandboxOptions,
  SandboxProgram,
  SandboxProvider,
} from "./sandbox.ts";
export { DEFAULT_SANDBOX_LIMITS } from "./sandbox-limits.ts";
export { assertEntries } from "./workspace/assert-entries.ts";
export { packWorkspace } from "./workspace/pack-workspace.ts";
export { readWorkspace } from "./workspace/read-workspace.ts";
export type { WorkspaceEntry } from "./workspace/workspace-entry.ts";
export { WORKSPACE_LIMITS, type WorkspaceLimits } from "./workspace/workspace-limits.ts";
