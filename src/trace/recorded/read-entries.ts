import { readConversations } from "./open-recording.ts";
import { readBraintrustTraces } from "./read-braintrust.ts";
import { readLangfuse } from "./read-langfuse.ts";
import { readRows, type Row } from "./read-rows.ts";
import { logOfConversation, type RecordedLog } from "./recorded-log.ts";
import type { RecordedTrace } from "./recorded-trace.ts";
import type { RefusedRow } from "./recorded-trial.ts";
import type { RecordingFormat } from "./recording-format.ts";
import type { ResultFormat } from "./result-format.ts";

export interface ReadEntries {
  readonly logs: readonly RecordedLog[];
  readonly traces: readonly RecordedTrace[];
  readonly refused: readonly RefusedRow[];
  readonly userToolCallCount: number;
  readonly unpairedResultCount: number;
}

/** What the entries of a file are, in every format whose rows are read one by one. */
export function readEntries(
  entries: readonly Row[],
  { format, nowMs }: { readonly format: Exclude<RecordingFormat, ResultFormat>; readonly nowMs: number },
): ReadEntries {
  const none = { userToolCallCount: 0, unpairedResultCount: 0 };
  if (format === "langfuse") return { logs: [], ...readLangfuse(entries), ...none };
  const { traces, plain, refused } =
    format === "braintrust" ? readBraintrustTraces(entries) : { traces: [], plain: entries, refused: [] };
  const read = readConversations(format, plain);
  const logs = readRows(
    read.conversations.map(({ row, conversation }) => ({
      file: row.file,
      where: conversation.where,
      row,
      conversation,
    })),
    ({ row, conversation }) => [logOfConversation(conversation, { format, raw: row.value, nowMs })],
  );
  const unpairedResultCount = read.conversations.reduce((sum, each) => sum + each.conversation.unpairedResultCount, 0);
  return {
    logs: logs.read,
    traces,
    refused: [...refused, ...read.refused, ...logs.refused],
    ...none,
    unpairedResultCount,
  };
}
