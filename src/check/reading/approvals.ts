import type { RunEvent } from "../../domain/index.ts";
import { equalJson, type Json } from "../../kernel/index.ts";
import type { ToolCall } from "./tool-calls.ts";

interface Approval {
  readonly decided: RunEvent<"approval.decided">;
  readonly tool: string | undefined;
  readonly callId: string | undefined;
  readonly arguments: Json | undefined;
}

/** Each decision, with what was asked filled in from its request. */
export function approvalsOf(events: readonly RunEvent[]): readonly Approval[] {
  const requests = new Map<number, RunEvent<"approval.requested">>();
  const approvals: Approval[] = [];
  for (const event of events) {
    if (event.type === "approval.requested") requests.set(event.effect, event);
    if (event.type !== "approval.decided") continue;
    const request = requests.get(event.effect);
    approvals.push({
      decided: event,
      tool: event.tool ?? request?.tool,
      callId: event.callId ?? request?.callId,
      arguments: event.arguments ?? request?.arguments,
    });
  }
  return approvals;
}

/**
 * The decision that stood when the call was made, or undefined. It must name the call or its tool, and, where it
 * carries arguments, carry the very ones of the call: a yes to 10 dollars is no yes to 1,000. A later no takes a yes back.
 */
export function standingApproval(
  approvals: readonly Approval[],
  call: ToolCall,
): RunEvent<"approval.decided"> | undefined {
  const standing = approvals.findLast(
    (approval) => approval.decided.seq < call.called.seq && concerns(approval, call) && fits(approval, call),
  );
  return standing && isYes(standing.decided) ? standing.decided : undefined;
}

export function isYes(decided: RunEvent<"approval.decided">): boolean {
  return decided.decision === "approved" || decided.decision === "edited";
}

function concerns(approval: Approval, call: ToolCall): boolean {
  if (approval.tool !== undefined && approval.tool !== call.tool) return false;
  if (approval.callId !== undefined) return approval.callId === call.called.callId;
  return approval.tool !== undefined;
}

function fits(approval: Approval, call: ToolCall): boolean {
  return approval.arguments === undefined || equalJson(approval.arguments, call.called.arguments);
}
