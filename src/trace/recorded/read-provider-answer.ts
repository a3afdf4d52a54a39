import { z } from "zod";
import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import { anyJson, idIfAny, textIfAny, textOfJson } from "./optional-json.ts";
import type { FlatCall } from "./pair-tool-results.ts";
import { parseArguments } from "./parse-arguments.ts";
import { readContent } from "./read-chat-messages.ts";

export interface ProviderAnswer {
  readonly content: string;
  readonly calls: readonly FlatCall[];
}

const chatCall = z.object({ id: idIfAny, function: z.object({ name: z.string().min(1), arguments: anyJson }) });
const toolUse = z.object({ type: z.literal("tool_use"), id: idIfAny, name: z.string().min(1), input: anyJson });
const functionCall = z.object({
  type: z.literal("function_call"),
  call_id: idIfAny,
  name: z.string().min(1),
  arguments: anyJson,
});
const textPart = z.looseObject({ type: z.enum(["text", "output_text"]), text: z.string() });

/**
 * What a model answered, as providers give it: text, a chat message, its tool calls, a chat completion, Anthropic's
 * content blocks, OpenAI's response items, a list of choices or messages.
 *
 * @returns undefined for anything else
 */
export function readProviderAnswer(value: Json | undefined): ProviderAnswer | undefined {
  if (typeof value === "string") return { content: value, calls: [] };
  if (Array.isArray(value)) return readChoice(value as readonly Json[]) ?? readList(value as readonly Json[]);
  if (!isJsonObject(value)) return undefined;
  const { choices, output, content } = value;
  if (Array.isArray(choices)) return readChoice(choices as readonly Json[]);
  if (isJsonObject(value["message"])) return readProviderAnswer(value["message"]);
  if (Array.isArray(output)) return readList(output as readonly Json[]);
  if ("tool_calls" in value || "function_call" in value || value["role"] === "assistant") return readMessage(value);
  return Array.isArray(content) ? readList(content as readonly Json[]) : readPart(value);
}

function readChoice([first]: readonly Json[]): ProviderAnswer | undefined {
  return isJsonObject(first) && isJsonObject(first["message"]) ? readProviderAnswer(first["message"]) : undefined;
}

function readMessage({ content, tool_calls: calls, function_call: single }: JsonObject): ProviderAnswer {
  const parts = Array.isArray(content) ? readList(content as readonly Json[]) : undefined;
  const called = z.array(chatCall).safeParse(calls).data ?? [];
  const { data: legacy } = chatCall.shape.function.safeParse(single);
  return {
    content: parts?.content ?? readContent(content),
    calls: [
      ...called.map(({ id, function: { name, arguments: args } }) => ({
        id,
        tool: name,
        arguments: parseArguments(args),
      })),
      ...(legacy ? [{ id: null, tool: legacy.name, arguments: parseArguments(legacy.arguments) }] : []),
      ...(parts?.calls ?? []),
    ],
  };
}

/** A list is an answer when every member of it is a known part of one. */
function readList(list: readonly Json[]): ProviderAnswer | undefined {
  const parts = list.map(readPart);
  const known = parts.filter((part) => part !== undefined);
  if (known.length === 0 || known.length < parts.length) return undefined;
  return { content: known.map((part) => part.content).join(""), calls: known.flatMap((part) => part.calls) };
}

const otherItem = z.looseObject({ type: z.enum(["reasoning", "thinking", "redacted_thinking"]) });

function readPart(part: Json): ProviderAnswer | undefined {
  const { data: chat } = chatCall.safeParse(part);
  if (chat)
    return callOnly({ id: chat.id, tool: chat.function.name, arguments: parseArguments(chat.function.arguments) });
  const { data: use } = toolUse.safeParse(part);
  if (use) return callOnly({ id: use.id, tool: use.name, arguments: parseArguments(use.input) });
  const { data: item } = functionCall.safeParse(part);
  if (item) return callOnly({ id: item.call_id, tool: item.name, arguments: parseArguments(item.arguments) });
  const { data: text } = textPart.safeParse(part);
  if (text) return { content: text.text, calls: [] };
  if (isJsonObject(part) && part["role"] === "assistant") return readMessage(part);
  return otherItem.safeParse(part).success ? { content: "", calls: [] } : undefined;
}

function callOnly(call: FlatCall): ProviderAnswer {
  return { content: "", calls: [call] };
}

const messageLike = z.array(z.looseObject({ role: textIfAny.pipe(z.string()) })).min(1);

/** A list of chat messages, by itself, as text, or under `messages`; undefined for anything else. */
export function chatMessagesIn(value: Json | undefined): JsonObject[] | undefined {
  const parsed = typeof value === "string" && /^\s*[[{]/.test(value) ? parseArguments(value) : value;
  const list = isJsonObject(parsed) ? parsed["messages"] : parsed;
  return messageLike.safeParse(list).success ? [...(list as readonly JsonObject[])] : undefined;
}

/** A question in one text: the value of the only member where there is but one, else JSON. */
export function questionText(value: Json): string {
  const members = isJsonObject(value) ? Object.values(value) : [];
  const [only] = members;
  return members.length === 1 && typeof only === "string" ? only : textOfJson(value);
}
