import { isId } from "../../kernel/index.ts";

/** A response is a run under another name. */
export function responseId(runId: string): string {
  return `resp_${runId}`;
}

/** The run's id; undefined for a text that is no response id. */
export function runIdOf(id: string): string | undefined {
  const runId = id.startsWith("resp_") ? id.slice("resp_".length) : "";
  return isId(runId) ? runId : undefined;
}

export function approvalRequestId(runId: string, effect: number): string {
  return `mcpr_${runId}_${effect}`;
}

/** Which run's effect an approval request is about; undefined for a text that is no such id. */
export function readApprovalRequestId(id: string): { readonly runId: string; readonly effect: number } | undefined {
  const [, runId, effect] = /^mcpr_([0-9A-Z]{26})_(\d{1,15})$/.exec(id) ?? [];
  return runId === undefined || effect === undefined ? undefined : { runId, effect: Number(effect) };
}
