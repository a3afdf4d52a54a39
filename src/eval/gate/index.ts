export { decideGate } from "./decide-gate.ts";
export type { FailOn, GateDecision, GateOptions } from "./gate-decision.ts";
