import type { RecordedSuccess } from "./read-success.ts";
import type { RecordedMessage, RecordedRun } from "./recorded-run.ts";

/** A conversation recorded by others; nobody need have decided whether it went well. */
export interface RecordedConversation extends RecordedRun {
  /** The file's own id of it, the same in every file that holds it; null where it gives none. */
  readonly ownId: string | null;
  /** What holds several conversations together, by their recorder's name. */
  readonly session: string | null;
  readonly taskId: string | null;
  /** null where the file does not say. */
  readonly success: RecordedSuccess | null;
  /** Tool results without a call before them, left out. */
  readonly unpairedResultCount: number;
}

/** What a conversation says of its end: the agent had the last word and waits for nothing, or nothing is known. */
export function endingByLastMessage(messages: readonly RecordedMessage[]): { readonly outcome: "answered" } | null {
  const last = messages.at(-1);
  if (last?.role !== "assistant" || last.isContext) return null;
  return last.calls.every((call) => call.result) ? { outcome: "answered" } : null;
}
