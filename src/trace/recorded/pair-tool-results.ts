import type { Json } from "../../kernel/index.ts";
import type { RecordedAnswer, RecordedCall, RecordedMessage, RecordedResult } from "./recorded-run.ts";

/** A conversation as files hold it: tool results are messages of their own. */
export type FlatMessage =
  | Exclude<RecordedMessage, RecordedAnswer>
  | (Omit<RecordedAnswer, "calls"> & { readonly calls: readonly FlatCall[] })
  | (RecordedResult & { readonly role: "tool"; readonly id: string | null });

export type FlatCall = Readonly<{ id: string | null; tool: string; arguments: Json }>;

/**
 * Gives every call the result that stands at its position after the message that made it. Ids are not asked, because
 * recordings repeat them within one conversation; `mayReorder` asks them within one message's calls, for files whose
 * parallel calls answer in any order.
 */
export function pairToolResults(
  flat: readonly FlatMessage[],
  { mayReorder = false } = {},
): { readonly messages: RecordedMessage[]; readonly unpairedResultCount: number } {
  let waiting: { -readonly [Key in keyof RecordedCall]: RecordedCall[Key] }[] = [];
  let unpairedResultCount = 0;
  const messages: RecordedMessage[] = [];
  for (const message of flat) {
    if (message.role !== "tool") {
      if (message.role !== "assistant") messages.push(message);
      else {
        waiting = message.calls.map((call) => ({ ...call, result: null }));
        messages.push({ ...message, calls: [...waiting] });
      }
      continue;
    }
    const ownIndex = mayReorder ? indexOfOwn(waiting, message.id) : 0;
    const [call] = waiting.splice(ownIndex, 1);
    if (call) call.result = { content: message.content, isError: message.isError, atMs: message.atMs };
    else unpairedResultCount += 1;
  }
  return { messages, unpairedResultCount };
}

function indexOfOwn(waiting: readonly RecordedCall[], id: string | null): number {
  const isUnique = new Set(waiting.map((call) => call.id)).size === waiting.length;
  return isUnique
    ? Math.max(
        0,
        waiting.findIndex((call) => call.id === id),
      )
    : 0;
}
