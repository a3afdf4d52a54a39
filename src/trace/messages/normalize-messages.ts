import type { Message } from "../../domain/index.ts";
import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import type { OfferedTool } from "../span-reading.ts";
import { findMessages } from "./find-messages.ts";
import { isToolDeclaration, readOfferedTools } from "./offered-tools.ts";
import { GrownConversations, NOTHING_READ, type ReadItems } from "./grown-conversation.ts";
import { listIn, parseText, TEXT_LENGTH_MAX } from "./parse-text.ts";
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
  const list = options.side === "input" && typeof value === "string" ? listText(value) : undefined;
  const grown = list === undefined ? undefined : readGrown(list);
  if (grown !== undefined) return conversationOf(grown, { system: [], toolsBeside: undefined });
  const parsed = list === undefined ? undefined : parseText(list);
  const found = findMessages(parsed ?? value);
  if (found !== undefined) {
    const instructions = found.system === undefined ? "" : systemText(found.system);
    const isFirst = instructions !== "" && options.side === "input";
    const system: Message[] = isFirst ? [{ role: "system", content: instructions }] : [];
    const read = readItems(found.items, fallbackOf(options), NOTHING_READ);
    if (list !== undefined && found.isPlainList === true) CONVERSATIONS.keep(list, read);
    const conversation = conversationOf(read, { system, toolsBeside: found.tools });
    return conversation === undefined || instructions === "" ? conversation : { ...conversation, instructions };
  }
  const plain = options.isPlainMessage === true ? plainTexts(value, options) : [];
  if (plain.length === 0) return undefined;
  return { messages: plain.map((content) => ({ role: fallbackOf(options), content })), tools: [] };
}

/** Pure all the same: what is known of a text is what its reading gives. */
const CONVERSATIONS = new GrownConversations();

/** A text that may be a list, without the space around it. */
function listText(value: string): string | undefined {
  if (value.length > TEXT_LENGTH_MAX) return undefined;
  const text = value.trim();
  return text.startsWith("[") ? text : undefined;
}

/** Undefined where the text goes on from no conversation that was read before. */
function readGrown(text: string): ReadItems | undefined {
  const known = CONVERSATIONS.find(text);
  if (known?.rest === undefined) return known?.read;
  const items = listIn(known.rest);
  // A comma with nothing behind it is no JSON.
  if (items === undefined || items.length === 0) return undefined;
  const read = readItems(items.map(parseText), "user", known.read);
  CONVERSATIONS.keep(text, read);
  return read;
}

interface Beside {
  readonly system: readonly Message[];
  readonly toolsBeside: Json | undefined;
}

/** Undefined where it says nothing. */
function conversationOf(read: ReadItems, { system, toolsBeside }: Beside): NormalizedMessages | undefined {
  const told = toolsBeside === undefined ? read.declarations : [toolsBeside, ...read.declarations];
  const tools = told.length === 0 ? [] : readOfferedTools(told);
  const messages = system.length === 0 ? read.messages : [...system, ...read.messages];
  return messages.length === 0 && tools.length === 0 ? undefined : { messages, tools };
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

/** @param before what stands before the items, already read */
function readItems(items: readonly Json[], fallback: "user" | "assistant", before: ReadItems): ReadItems {
  const messages = [...before.messages];
  const declarations = [...before.declarations];
  let { endsInAnswerItem } = before;
  for (const item of items) {
    const object = messageObject(item);
    const own = object === undefined ? plainItem(item, fallback) : readMessage(object, fallback);
    const isItem = object !== undefined && isAnswerItem(object);
    const first = own[0];
    const last = messages.at(-1);
    const isGoingOn = isItem && endsInAnswerItem && first?.role === "assistant" && last?.role === "assistant";
    if (isGoingOn) messages[messages.length - 1] = joinAnswers(last, first);
    for (const message of isGoingOn ? own.slice(1) : own) messages.push(message);
    endsInAnswerItem = isItem;
    const declaration = isJsonObject(item) ? declarationIn(object) : undefined;
    if (declaration !== undefined) declarations.push(declaration);
  }
  return { messages: nameResults(messages), endsInAnswerItem, declarations };
}

/** A text among messages is a message too. */
function plainItem(item: Json, fallback: "user" | "assistant"): Message[] {
  return typeof item === "string" && item !== "" ? [{ role: fallback, content: item }] : [];
}

/** Some list the offered tools among the messages, as messages of the role `tool`. */
function declarationIn(message: JsonObject | undefined): Json | undefined {
  if (message?.["role"] !== "tool") return undefined;
  const { content } = message;
  return content !== undefined && isToolDeclaration(content) ? content : undefined;
}

/** Most results tell only the call's id: the call tells the tool. */
export function nameResults(messages: readonly Message[]): readonly Message[] {
  if (!messages.some(isNameless)) return messages;
  const tools = new Map<string, string>();
  return messages.map((message) => {
    if (message.role === "assistant")
      for (const { callId, tool } of message.toolRequests ?? []) tools.set(callId, tool);
    if (message.role !== "tool" || message.tool !== "" || message.callId === "") return message;
    const tool = tools.get(message.callId) ?? "";
    return tool === "" ? message : { ...message, tool };
  });
}

function isNameless(message: Message): boolean {
  return message.role === "tool" && message.tool === "";
}
