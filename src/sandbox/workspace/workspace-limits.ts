import { LIMITS } from "../../kernel/index.ts";

export interface WorkspaceLimits {
  readonly filesMax: number;
  /** Of all files together. */
  readonly bytesMax: number;
  /** Of one path, or of one link's target. */
  readonly pathBytesMax: number;
}

export const WORKSPACE_LIMITS: WorkspaceLimits = {
  filesMax: LIMITS.workspaceFilesMax,
  bytesMax: LIMITS.workspaceBytesMax,
  pathBytesMax: LIMITS.workspacePathBytesMax,
};
