import { z } from "zod";
import type { Json } from "../../kernel/index.ts";
import { anyJson, priceIfAny, textIfAny } from "./optional-json.ts";
import { pairToolResults, type FlatCall, type FlatMessage } from "./pair-tool-results.ts";
import { parseArguments } from "./parse-arguments.ts";
import { parseRecordedTime } from "./parse-recorded-time.ts";
import { readUsage } from "./read-usage.ts";

const functionCall = z.object({ name: z.string(), arguments: anyJson });

/** OpenAI chat messages, and the small extras that recorders add to them. */
export const chatMessageSchema = z.object({
  role: z.enum(["system", "developer", "user", "assistant", "tool", "function"]),
  content: anyJson,
  reasoning: textIfAny,
  reasoning_content: textIfAny,
  tool_calls: z.array(z.object({ id: textIfAny, function: functionCall })).nullish(),
  function_call: functionCall.nullish(),
  tool_call_id: textIfAny,
  error: anyJson,
  isError: anyJson,
  timestamp: anyJson,
  model: textIfAny,
  cost: priceIfAny,
  usage: anyJson,
});

export type ChatMessage = z.infer<typeof chatMessageSchema>;

/** OpenAI chat messages in the recorded form. A tool failed where its message says so, or starts with "Error". */
export function readChatMessages(messages: readonly ChatMessage[], options: { readonly mayReorder: boolean }) {
  return pairToolResults(messages.map(readMessage), options);
}

/** Text parts are joined; parts that are no text are named. */
export function readContent(content: Json | undefined): string {
  if (content === null || content === undefined) return "";
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return JSON.stringify(content);
  const parts = z.array(z.object({ type: z.string().optional(), text: z.string().optional() })).safeParse(content);
  if (!parts.success) return JSON.stringify(content);
  return parts.data.map((part) => part.text ?? `[${part.type ?? "part"}]`).join("");
}

function readMessage(message: ChatMessage): FlatMessage {
  const content = readContent(message.content);
  const atMs = typeof message.timestamp === "string" ? parseRecordedTime(message.timestamp) : null;
  if (message.role === "tool" || message.role === "function") {
    return { role: "tool", id: message.tool_call_id ?? null, content, isError: isToolError(message, content), atMs };
  }
  if (message.role !== "assistant") return { role: message.role === "user" ? "user" : "system", content, atMs };
  const reasoning = message.reasoning ?? message.reasoning_content;
  const usage = readUsage(message.usage);
  return {
    role: "assistant",
    content,
    calls: readCalls(message),
    atMs,
    isFromModel: true,
    costUsd: message.cost ?? null,
    ...(reasoning && { reasoning }),
    ...(message.model && { model: message.model }),
    ...(usage && { usage }),
  };
}

function readCalls(message: ChatMessage): FlatCall[] {
  const calls = (message.tool_calls ?? []).map(({ id, function: called }) => ({ id: id ?? null, called }));
  if (message.function_call) calls.push({ id: null, called: message.function_call });
  return calls.map(({ id, called }) => ({ id, tool: called.name, arguments: parseArguments(called.arguments) }));
}

function isToolError(message: ChatMessage, content: string): boolean {
  const flag = message.isError ?? message.error;
  return typeof flag === "boolean" ? flag : content.startsWith("Error");
}
