import type { Message } from "../domain/index.ts";
import { isJsonObject, type Json } from "../kernel/index.ts";

export type ToolResult = Extract<Message, { role: "tool" }>;

/** A conversation, read the ways a script asks about it. */
export interface ConversationView {
  readonly users: readonly string[];
  readonly systems: readonly string[];
  /** Names of the tools called, in order. */
  readonly calls: readonly string[];
  readonly callsInTurn: readonly string[];
  readonly results: readonly ToolResult[];
  /** The newest result since the latest user message. */
  readonly lastResult: ToolResult | null;
}

export function viewConversation(messages: readonly Message[]): ConversationView {
  const turn = messages.slice(messages.findLastIndex((message) => message.role === "user") + 1);
  return {
    users: messages.flatMap((message) => (message.role === "user" ? [message.content] : [])),
    systems: messages.flatMap((message) => (message.role === "system" ? [message.content] : [])),
    calls: calledTools(messages),
    callsInTurn: calledTools(turn),
    results: messages.filter((message) => message.role === "tool"),
    lastResult: turn.findLast((message) => message.role === "tool") ?? null,
  };
}

/** Over HTTP a failed tool is only a text, so the two common forms of an error count as one. */
export function isFailedResult(result: ToolResult): boolean {
  return result.isError === true || looksLikeError(result.result);
}

function looksLikeError(result: Json): boolean {
  if (typeof result === "string") return /^\s*error\b/i.test(result);
  return isJsonObject(result) && Boolean(result["error"]);
}

function calledTools(messages: readonly Message[]): string[] {
  return messages.flatMap((message) =>
    message.role === "assistant" ? (message.toolRequests ?? []).map((request) => request.tool) : [],
  );
}
