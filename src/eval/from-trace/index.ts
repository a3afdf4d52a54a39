export { caseFromTrace, type TraceCase } from "./case-from-trace.ts";
export type { TraceCaseRequest, TracedRun } from "./trace-case-request.ts";
export { compareWithTrace, type Reproduction } from "./compare-with-trace.ts";
export { findingsOfTrial } from "./findings-of-trial.ts";
export { groupIncident, type IncidentGroup, type IncidentRun } from "./group-incident.ts";
