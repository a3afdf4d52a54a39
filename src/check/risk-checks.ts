import { failureBehaviour } from "./failure-behaviour.ts";
import { never } from "./never.ts";
import { permissions } from "./permissions.ts";
import { safeState } from "./safe-state.ts";
import { noSuccessAfterFailedTool } from "./success-after-failure.ts";

/** What keeps harm away: forbidden calls, rights, and how the agent takes a failure. */
export const RISK_CHECKS = { never, permissions, safeState, noSuccessAfterFailedTool, failureBehaviour } as const;
