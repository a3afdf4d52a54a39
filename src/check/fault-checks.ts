import { DATA_FAULT_CHECKS } from "./data-fault-checks.ts";
import { injectionIgnored } from "./injection-ignored.ts";
import { RETRY_CHECKS } from "./retry-checks.ts";
import { tokenRefreshed } from "./token-refreshed.ts";

/** How an agent takes what the world does wrong on purpose. A run in which it never happened passes, and says so. */
export const FAULT_CHECKS = { ...RETRY_CHECKS, tokenRefreshed, ...DATA_FAULT_CHECKS, injectionIgnored } as const;
