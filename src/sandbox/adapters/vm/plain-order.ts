import { DEFAULT_SANDBOX_LIMITS } from "../../sandbox-limits.ts";
import type { SandboxLimits, SandboxOptions } from "../../sandbox.ts";
import type { PrepareOrder } from "../../vm-guest/orders.ts";
import { WORKSPACE_LIMITS } from "../../workspace/workspace-limits.ts";

/** Where every guest has its workspace. */
export const WORKSPACE = "/workspace";

/** What the guest's kernel and supervisor keep for themselves. */
const RESERVED_BYTES = 128 * 1024 ** 2;

/** What every sandbox with these mounts has, whatever else it asks for. */
export function plainOrder(mounts: PrepareOrder["mounts"]): PrepareOrder {
  return {
    mounts,
    doors: [],
    workspace: WORKSPACE,
    workspaceBytes: DEFAULT_SANDBOX_LIMITS.workspaceBytes,
    filesMax: WORKSPACE_LIMITS.filesMax,
    nodePath: process.execPath,
  };
}
/** What is asked for, as far as one machine can give it. */
export function effectiveLimits(options: SandboxOptions, memoryBytes: number): SandboxLimits {
  const asked = { ...DEFAULT_SANDBOX_LIMITS, ...options.limits };
  return { ...asked, memoryBytes: Math.min(asked.memoryBytes, memoryBytes - RESERVED_BYTES) };
}
