export { planStress, type StressPlan } from "./plan-stress.ts";
export { renderStress, type StressRenderOptions } from "./render-stress.ts";
export { readStressId, type StressId } from "./stress-id.ts";
export { parseStress, type StressCondition, stressSchema } from "./stress-schema.ts";
export type {
  ConditionSummary,
  FailureBoundary,
  LevelSummary,
  StressedCase,
  StressSummary,
  StressVerdict,
} from "./stress-summary.ts";
export { summarizeStress } from "./summarize-stress.ts";
export { type JsonStress, toJsonStress } from "./to-json-stress.ts";
