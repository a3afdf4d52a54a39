import type { RunEvent } from "../../../domain/index.ts";
import { conversation } from "../../../log/index.ts";
import { type MessageMarks, marksOf } from "./message-marks.ts";

export interface UserMessage extends MessageMarks {
  readonly text: string;
  /** How long the user took to answer; undefined for the first, and where the log keeps no times. */
  readonly waitMs?: number;
}

/**
 * What people wrote, in order. Logs that hold only prompts have no times of it.
 * @param told.answeredAtMs when an earlier run of the session was answered
 */
export function readUserMessages(
  events: readonly RunEvent[],
  told: { readonly isTimed: boolean; readonly answeredAtMs: number | undefined },
): UserMessage[] {
  const received: UserMessage[] = [];
  const { isTimed } = told;
  let { answeredAtMs } = told;
  for (const event of events) {
    if (event.type === "message.sent") answeredAtMs = event.atMs;
    if (event.type !== "message.received" || event.from !== "user") continue;
    const waitMs = isTimed && answeredAtMs !== undefined ? Math.max(0, event.atMs - answeredAtMs) : undefined;
    received.push({ ...marksOf(event.content), text: event.content, ...(waitMs !== undefined && { waitMs }) });
  }
  if (received.length > 0) return received;
  return conversation(events).flatMap((message) =>
    message.role === "user" ? [{ ...marksOf(message.content), text: message.content }] : [],
  );
}
