import { openInspect } from "./read-inspect.ts";
import { openPromptfoo } from "./read-promptfoo.ts";
import { readAtif } from "./read-atif.ts";
import { readBraintrustRow } from "./read-braintrust-row.ts";
import { readRows, type Row } from "./read-rows.ts";
import { refuseDeep } from "./refuse-deep.ts";
import { readSweAgent } from "./read-swe-agent.ts";
import { readWhoWhen } from "./read-who-when.ts";
import type { RecordedConversation } from "./recorded-conversation.ts";
import type { RefusedRow } from "./recorded-trial.ts";
import type { RecordingFormat } from "./recording-format.ts";

/** Formats whose rows are conversations, told one by one. */
export type ConversationFormat = Exclude<RecordingFormat, "tau1" | "tau2" | "jsonl" | "langfuse">;

interface Opened {
  readonly rows: readonly Row[];
  /** @throws {UnreadableRow} */
  readonly read: (row: Row) => readonly RecordedConversation[];
}

/** How what one file or line holds is taken apart into rows, and how each of them is read. */
const OPENERS: Readonly<Record<ConversationFormat, (entry: Row) => Opened>> = {
  atif: (entry) => ({ rows: [entry], read: readAtif }),
  braintrust: (entry) => ({ rows: [entry], read: (row) => [readBraintrustRow(row)] }),
  inspect: openInspect,
  promptfoo: openPromptfoo,
  "swe-agent": (entry) => ({ rows: [entry], read: (row) => [readSweAgent(row)] }),
  "who-when": (entry) => ({ rows: [entry], read: (row) => [readWhoWhen(row)] }),
};

/** Conversations with the row each stands in; what cannot be opened or read is refused. */
export function readConversations(
  format: ConversationFormat,
  entries: readonly Row[],
): {
  readonly conversations: readonly { readonly row: Row; readonly conversation: RecordedConversation }[];
  readonly refused: readonly RefusedRow[];
} {
  const opened = readRows(entries, (entry) => {
    const { rows, read } = OPENERS[format](entry);
    return rows.map((row) => ({ ...row, row, read }));
  });
  const found = readRows(opened.read, ({ row, read }) => {
    refuseDeep(row.value);
    return read(row).map((conversation) => ({ row, conversation }));
  });
  return { conversations: found.read, refused: [...opened.refused, ...found.refused] };
}
