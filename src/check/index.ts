export { check } from "./build-check.ts";
export { CHECKS, type CheckName } from "./catalogue.ts";
export type { Check, FinishedRun } from "./check.ts";
export { classifyFailureBehaviour, FAILURE_BEHAVIOURS, type FailureBehaviour } from "./classify-failure-behaviour.ts";
export { compileCheck } from "./compile-check.ts";
export { CONDITION_GRAMMAR } from "./conditions/parse-condition.ts";
export type { CustomAnswer, CustomJudge } from "./custom.ts";
export {
  type CheckDescription,
  describeChecks,
  describeCommonOptions,
  type OptionDescription,
} from "./describe-checks.ts";
export { measureRepeats, type Repeats } from "./measure-repeats.ts";
export { escalationsOf, type Escalation, type EscalationSigns } from "./reading/escalations.ts";
export { failureOfReturn } from "./reading/failure-of-return.ts";
export { numbersIn, tells } from "./reading/told-values.ts";
export { changesThings, type Write, writesOf } from "./reading/writes.ts";
export { declarationsOf } from "./reading/declarations.ts";
export { hasSucceeded, type ToolCall, toolCallsOf } from "./reading/tool-calls.ts";
