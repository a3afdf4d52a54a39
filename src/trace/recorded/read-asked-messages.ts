import { z } from "zod";
import type { Json } from "../../kernel/index.ts";
import type { RecordedMessage } from "./recorded-run.ts";
import { chatMessagesIn, questionText } from "./read-provider-answer.ts";
import { chatMessageSchema, readChatMessages } from "./read-chat-messages.ts";

/**
 * What an agent was asked: chat messages where the value holds some, else one text of a user. What stands before the
 * last question, answers included, is context: it happened before.
 */
export function readAskedMessages(value: Json): RecordedMessage[] {
  const { data } = z.array(chatMessageSchema).safeParse(chatMessagesIn(value));
  if (!data) return [{ role: "user", content: questionText(value), atMs: null }];
  const { messages } = readChatMessages(data, { mayReorder: true });
  const lastAnswer = messages.findLastIndex((message) => message.role === "assistant");
  return messages.map((message, index) => (index <= lastAnswer ? { ...message, isContext: true } : message));
}
