import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import { parseText } from "./parse-text.ts";
import { pick } from "./pick.ts";
import { isCall, messageObject } from "./read-message.ts";
import { isPart } from "./read-part.ts";

/** A conversation as it was found in a value, not yet read. */
export interface FoundMessages {
  readonly items: readonly Json[];
  /** Instructions that stand apart from the messages. */
  readonly system?: Json;
  /** What the model was offered. */
  readonly tools?: Json;
  /** The value is nothing but the list of the items. */
  readonly isPlainList?: boolean;
}

/** Where requests, answers and states of frameworks keep their messages, the surest first. */
const MESSAGE_LISTS = [
  "messages",
  "contents",
  "new_message",
  "newMessage",
  "choices",
  "candidates",
  "generations",
  "items",
  "chat_history",
];
/** Where they keep something that holds messages; also OpenAI's Responses and what wraps a call's arguments. */
const HOLDERS = [
  "input",
  "output",
  "prompt",
  "prompts",
  "message",
  "content",
  "kwargs",
  "args",
  "inputs",
  "outputs",
  "state",
  "value",
];
const SYSTEMS = ["system", "system_instruction", "systemInstruction", "instructions", "systemPrompt", "system_prompt"];
const DEPTH_MAX = 6;

/** Undefined where the value holds no conversation. */
export function findMessages(value: Json, depth = 0): FoundMessages | undefined {
  if (depth > DEPTH_MAX) return undefined;
  const parsed = parseText(value);
  if (Array.isArray(parsed)) return findInList(parsed as readonly Json[], depth);
  return isJsonObject(parsed) ? findInObject(parsed, depth) : undefined;
}

function findInList(list: readonly Json[], depth: number): FoundMessages | undefined {
  const items = list.map(parseText);
  if (items.some((item) => messageObject(item) !== undefined))
    return { items, ...(depth === 0 && { isPlainList: true }) };
  if (items.length > 0 && items.every(isPart)) return { items: [{ parts: items }] };
  // LangChain hands over a batch of conversations; there is one of them in practice.
  const [first] = items;
  return Array.isArray(first) ? findMessages(first as Json, depth + 1) : undefined;
}

function findInObject(object: JsonObject, depth: number): FoundMessages | undefined {
  const config = objectAt(object, ["config", "toolConfig"]);
  const system = pick(object, SYSTEMS) ?? pick(config, SYSTEMS);
  const tools = pick(object, ["tools"]) ?? pick(config, ["tools"]);
  const beside = { ...(system !== undefined && { system }), ...(tools !== undefined && { tools }) };
  for (const name of MESSAGE_LISTS) {
    const found = findNamed(object[name], depth);
    if (found !== undefined) return { ...beside, ...found };
  }
  if (isItself(object)) return { items: [object] };
  for (const name of HOLDERS) {
    const found = findNamed(object[name], depth);
    if (found !== undefined) return { ...beside, ...found };
  }
  const plain = pick(object, ["prompt", "input"]);
  return typeof plain === "string" && isRequest(object)
    ? { ...beside, items: [{ role: "user", content: plain }] }
    : undefined;
}

function objectAt(object: JsonObject, names: readonly string[]): JsonObject {
  const member = pick(object, names);
  return isJsonObject(member) ? member : {};
}

function findNamed(value: Json | undefined, depth: number): FoundMessages | undefined {
  if (value === undefined || value === null) return undefined;
  return findMessages(value, depth + 1);
}

function isItself(object: JsonObject): boolean {
  return messageObject(object) !== undefined || isCall(object);
}

/** A request whose prompt is a plain text: the AI SDK's `{ prompt }`, OpenAI's `{ model, input }`. */
function isRequest(object: JsonObject): boolean {
  const names = Object.keys(object);
  return names.every((name) => ["prompt", "input", "model", "tools", ...SYSTEMS].includes(name)) || "model" in object;
}
