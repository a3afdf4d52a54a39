export { openTrialEdge } from "./open-trial-edge.ts";
export { type EdgeEnd, needsEdge, type TrialEdge, type TrialEdgeOptions } from "./trial-edge.ts";
