import { LIMITS } from "../kernel/index.ts";
import type { SandboxLimits } from "./sandbox.ts";

/** Far above what an agent needs, far below what hurts a machine. */
export const DEFAULT_SANDBOX_LIMITS: SandboxLimits = {
  memoryBytes: 2 * 1024 ** 3,
  processCountMax: 512,
  openFilesMax: 4_096,
  workspaceBytes: LIMITS.workspaceBytesMax,
};
