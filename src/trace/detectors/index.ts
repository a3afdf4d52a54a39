export {
  type AgentHistory,
  agentHistoryOf,
  figuresOfRun,
  figuresOfSummary,
  type RunFigures,
  type Spread,
} from "./agent-history.ts";
export { type AgentRules, agentRulesSchema } from "./agent-rules.ts";
export { DETECTORS } from "./catalogue.ts";
export { detect } from "./detect.ts";
export type { Detector, Sighting } from "./detector.ts";
export type { DetectedRun } from "./scene.ts";
