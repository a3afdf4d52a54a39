import { readResults, type ResultsText } from "./read-results.ts";
import { readRows, UnreadableRow } from "./read-rows.ts";
import type { RecordedConversation } from "./recorded-conversation.ts";
import { logOfConversation, type RecordedLog } from "./recorded-log.ts";
import type { RecordedTrial, RefusedRow } from "./recorded-trial.ts";
import { refuseDeep } from "./refuse-deep.ts";

/** Results as logs. Rows that show no conversation are refused; a bad file of tau-bench is, as a whole. */
export function readResultLogs({ nowMs, ...text }: ResultsText & { readonly nowMs: number }): {
  readonly logs: readonly RecordedLog[];
  readonly refused: readonly RefusedRow[];
  readonly userToolCallCount: number;
  readonly unpairedResultCount: number;
} {
  const { trials, refused, ...counts } = readResults({ ...text, skipBad: true });
  const { format } = text;
  const logs = readRows(trials, (trial) => {
    refuseDeep(trial.raw);
    return [logOfConversation(conversationOf(trial), { format, raw: trial.raw, nowMs })];
  });
  return { logs: logs.read, refused: [...refused, ...logs.refused], ...counts };
}

/** @throws {UnreadableRow} for a row that counts messages and calls without showing them */
function conversationOf(trial: RecordedTrial): RecordedConversation {
  const { caseId, isPass, score, recordedTrial, seed, tags, attributes } = trial;
  if (trial.counts && trial.messages.length === 0) throw new UnreadableRow("holds only the outcome of a conversation");
  return {
    ...trial,
    session: null,
    taskId: caseId,
    success: { isPass, score },
    attributes: { recordedTrial, seed, tags, ...attributes },
    unpairedResultCount: 0,
  };
}
