import type { Message } from "../../domain/index.ts";
import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import type { OfferedTool } from "../span-reading.ts";
import { findMessages, type FoundMessages } from "./find-messages.ts";
import { isToolDeclaration, readOfferedTools } from "./offered-tools.ts";
import { parseText } from "./parse-text.ts";
import { textOf } from "./part.ts";
import { isAnswerItem, joinAnswers, messageObject, readMessage } from "./read-message.ts";
import { readParts } from "./read-part.ts";

export interface NormalizedMessages {
  /** Instructions first, where they stood apart. Tool results are named after the calls they answer. */
  readonly messages: readonly Message[];
  /** What the model was offered, where it was told with the messages. */
  readonly tools: readonly OfferedTool[];
  /** Instructions that stood apart; an answer may repeat those of its request. */
  readonly instructions?: string;
}

export interface NormalizeOptions {
  /** Whose words they are where nothing says it: the user's in an input, the assistant's in an output. */
  readonly side: "input" | "output";
  /** Whether a text that is no message by its form is one of that side: alone, or as the one thing an object is about. */
  readonly isPlainMessage?: boolean;
}

/**
 * A conversation in any of the common forms, as JSON or as text that holds JSON: OpenAI chat and Responses, Anthropic,
 * Gemini, Bedrock, LangChain, AI SDK, OTel GenAI, and the requests and answers that wrap them. Ids and names of tools
 * that nothing tells are empty.
 *
 * @returns undefined where the value holds no conversation
 */
export function normalizeMessages(value: Json, options: NormalizeOptions): NormalizedMessages | undefined {
  const found = findMessages(value);
  if (found !== undefined) {
    const instructions = found.system === undefined ? "" : systemText(found.system);
    const isFirst = instructions !== "" && options.side === "input";
    const system: Message[] = isFirst ? [{ role: "system", content: instructions }] : [];
    const messages = nameResults([...system, ...readItems(found.items, options)]);
    const tools = toolsOf(found);
    if (messages.length === 0 && tools.length === 0) return undefined;
    return { messages, tools, ...(instructions !== "" && { instructions }) };
  }
  const plain = options.isPlainMessage === true ? plainTexts(value, options) : [];
  if (plain.length === 0) return undefined;
  return { messages: plain.map((content) => ({ role: fallbackOf(options), content })), tools: [] };
}

/** What an object is about, where it holds more than that. */
const TEXT_MEMBERS = {
  input: ["prompt", "question", "query", "input", "user_input", "userInput", "message", "text", "task", "contents"],
  output: ["content", "text", "completion", "raw"],
};
/** What it is about, where it holds nothing else. */
const ONLY_MEMBERS = { input: ["value", "content"], output: ["answer", "output", "response", "message", "result"] };

/** Some answers are lists of texts, one for each choice. */
function plainTexts(value: Json, options: NormalizeOptions): string[] {
  const parsed = parseText(value);
  const isList = options.side === "output" && Array.isArray(parsed) && parsed.length > 0;
  if (isList && parsed.every((item): item is string => typeof item === "string")) return parsed;
  const text = plainText(value, options);
  return text === undefined || text === "" ? [] : [text];
}

/** A text, or the text that a function's arguments or an answer's object are about; else an answer written as JSON. */
function plainText(value: Json, { side }: NormalizeOptions): string | undefined {
  const parsed = parseText(value);
  if (typeof parsed === "string") return parsed;
  const member = isJsonObject(parsed) ? textMember(parsed, side) : undefined;
  return member ?? (side === "output" && typeof value === "string" ? value : undefined);
}

function textMember(value: JsonObject, side: NormalizeOptions["side"]): string | undefined {
  const isAlone = Object.keys(value).length === 1;
  const names = isAlone ? [...TEXT_MEMBERS[side], ...ONLY_MEMBERS[side]] : TEXT_MEMBERS[side];
  const named = names.map((name) => value[name]).find((member) => typeof member === "string");
  if (typeof named === "string") return named;
  const { args, kwargs, type } = value;
  if (typeof type === "string" && typeof value["value"] === "string") return value["value"];
  if (Array.isArray(args) && args.length === 1 && typeof args[0] === "string") return args[0];
  return isJsonObject(kwargs) ? textMember(kwargs, side) : undefined;
}

function fallbackOf({ side }: NormalizeOptions): "user" | "assistant" {
  return side === "input" ? "user" : "assistant";
}

/** Instructions as text, parts, or a message whose content they are. */
export function systemText(value: Json): string {
  const parsed = parseText(value);
  const message = Array.isArray(parsed) || typeof parsed === "string" ? undefined : messageObject(parsed);
  if (message !== undefined) {
    const [first] = readMessage(message, "user");
    return first !== undefined && "content" in first ? first.content : "";
  }
  return textOf(readParts(parsed), "\n");
}

function readItems(items: readonly Json[], options: NormalizeOptions): Message[] {
  const fallback = fallbackOf(options);
  const messages: Message[] = [];
  let wasAnswerItem = false;
  for (const item of items) {
    const object = messageObject(item);
    const own = object === undefined ? plainItem(item, fallback) : readMessage(object, fallback);
    const isItem = object !== undefined && isAnswerItem(object);
    const [first, ...rest] = own;
    const last = messages.at(-1);
    if (isItem && wasAnswerItem && first?.role === "assistant" && last?.role === "assistant") {
      messages.splice(-1, 1, joinAnswers(last, first), ...rest);
    } else messages.push(...own);
    wasAnswerItem = isItem;
  }
  return messages;
}

/** A text among messages is a message too. */
function plainItem(item: Json, fallback: "user" | "assistant"): Message[] {
  return typeof item === "string" && item !== "" ? [{ role: fallback, content: item }] : [];
}

function toolsOf({ items, tools }: FoundMessages): OfferedTool[] {
  const offered = items.flatMap((item) => (isJsonObject(item) ? declarationIn(messageObject(item)) : []));
  return readOfferedTools([...(tools === undefined ? [] : [tools]), ...offered]);
}

/** Some list the offered tools among the messages, as messages of the role `tool`. */
function declarationIn(message: JsonObject | undefined): Json[] {
  const content = message?.["content"];
  return content !== undefined && message?.["role"] === "tool" && isToolDeclaration(content) ? [content] : [];
}

/** Most results tell only the call's id: the call tells the tool. */
export function nameResults(messages: readonly Message[]): Message[] {
  const tools = new Map<string, string>();
  return messages.map((message) => {
    if (message.role === "assistant")
      for (const { callId, tool } of message.toolRequests ?? []) tools.set(callId, tool);
    if (message.role !== "tool" || message.tool !== "") return message;
    return { ...message, tool: (message.callId === "" ? undefined : tools.get(message.callId)) ?? "" };
  });
}
