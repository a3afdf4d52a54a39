export { caseFromTrace, type TraceCase, type TraceCaseRequest, type TracedRun } from "./case-from-trace.ts";
export { compareWithTrace, type Reproduction } from "./compare-with-trace.ts";
export { findingsOfTrial } from "./findings-of-trial.ts";
export { groupIncident, type IncidentGroup, type IncidentRun } from "./group-incident.ts";
