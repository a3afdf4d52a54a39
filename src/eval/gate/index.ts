export { decideGate, type FailOn, type GateDecision, type GateOptions } from "./decide-gate.ts";
