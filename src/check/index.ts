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
export { findLeaks, type Leak, type LeakSearch } from "./find-leaks.ts";
export { reportsInjection } from "./injection-ignored.ts";
export { measureRepeats, noProgressRuns, type Repeats } from "./measure-repeats.ts";
export { type AnswerStance, stanceOf } from "./reading/answer-stance.ts";
export { approvalsOf, standingApproval } from "./reading/approvals.ts";
export { declarationsOf } from "./reading/declarations.ts";
export { escalationsOf, type Escalation, type EscalationSigns } from "./reading/escalations.ts";
export { failureOfReturn } from "./reading/failure-of-return.ts";
export { partClaimsOf } from "./reading/part-claims.ts";
export { eventsOfCall, hasSucceeded, resultOf, type ToolCall, toolCallsOf } from "./reading/tool-calls.ts";
export { cutText, showList, showTimes, showValue } from "./show-value.ts";
export { matchesName, matchesSomeName } from "./text-schemas.ts";
export { numbersIn, tells } from "./reading/told-values.ts";
export { natureOf, type ToolNature, wordsOfName } from "./reading/tool-nature.ts";
export { changesThings, type Write, writesOf } from "./reading/writes.ts";
