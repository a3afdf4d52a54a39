import { ANSWER_CHECKS } from "./answer-checks.ts";
import { argumentsMatch } from "./arguments-match.ts";
import { BUDGET_CHECKS } from "./budget-checks.ts";
import { custom } from "./custom.ts";
import { EFFECT_CHECKS } from "./effect-checks.ts";
import { ESCALATION_CHECKS } from "./escalation-checks.ts";
import { FAULT_CHECKS } from "./fault-checks.ts";
import { RISK_CHECKS } from "./risk-checks.ts";
import { REPEAT_CHECKS } from "./repeat-checks.ts";
import { SOURCE_CHECKS } from "./source-checks.ts";
import { STATE_CHECKS } from "./state-checks.ts";
import { TOOL_CHECKS } from "./tool-checks.ts";

/** Every kind of check by the key of its spec, in the order the reference lists them. */
export const CHECKS = {
  ...TOOL_CHECKS,
  argumentsMatch,
  ...EFFECT_CHECKS,
  ...RISK_CHECKS,
  ...REPEAT_CHECKS,
  ...FAULT_CHECKS,
  ...ESCALATION_CHECKS,
  ...SOURCE_CHECKS,
  ...STATE_CHECKS,
  ...ANSWER_CHECKS,
  ...BUDGET_CHECKS,
  custom,
} as const;

export type CheckName = keyof typeof CHECKS;
