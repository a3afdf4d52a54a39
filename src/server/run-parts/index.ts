export { decideApprovals } from "./decide-approvals.ts";
export { isWaitedFor } from "./is-waited-for.ts";
export { PartProjection } from "./project-parts.ts";
export type { PartChange, RunPart, TextPart, ToolApproval, ToolPart, ToolPartState } from "./run-part.ts";
