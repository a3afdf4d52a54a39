export { openTrialEdge } from "./open-trial-edge.ts";
export type { EdgeEnd, TrialEdge, TrialEdgeOptions } from "./trial-edge.ts";
