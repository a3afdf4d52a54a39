import type { AssistantMessage, Message, ToolRequest } from "../../domain/index.ts";
import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import { memberBits } from "./member-bits.ts";
import { isToolDeclaration } from "./offered-tools.ts";
import { type Part, reasoningOf, textOf, type ToolResultPart } from "./part.ts";
import { parseText } from "./parse-text.ts";
import { pick, pickText } from "./pick.ts";
import { readPythonText } from "./python-text.ts";
import { isPart, plainResult, readPart, readParts, readRequest } from "./read-part.ts";
import { roleOf } from "./role.ts";

const CONTENTS = ["content", "parts", "contents", "blocks", "_content", "text"];
const CALL_LISTS = ["tool_calls", "toolCalls"];
/** Of a tool's message: the call it answers, and the tool. */
const IDS = ["tool_call_id", "toolCallId", "call_id", "id"];
const NAMES = ["name", "tool_name", "toolName"];
const SAYING = [...CONTENTS, ...CALL_LISTS, "function_call", "additional_kwargs"];
const RESULTS = [...CONTENTS, "result", "output", "response"];
const CALL_NAMES = ["toolName", "tool_name", "tool.name"];
const SINGLE_CALL = ["function_call"];
const THOUGHTS = ["reasoning_content", "reasoning", "thinking"];
/** Most messages have few of these members: looking for each name of each list in each message would take long. */
const MEMBERS = memberBits({
  call: [...CALL_NAMES, "name", "function"],
  calls: [...CALL_LISTS, ...SINGLE_CALL, "function_call_name"],
  thoughts: THOUGHTS,
  extras: ["additional_kwargs"],
});

/** Items of OpenAI's Responses API that are no message of their own: several of them make one answer. */
const ANSWER_ITEMS = ["message", "reasoning", "function_call", "custom_tool_call", "mcp_call"];

/** A message as its family tells it, out of the wrappers it came in; undefined where there is none. */
export function messageObject(value: Json): JsonObject | undefined {
  if (typeof value === "string") return readPythonText(value);
  if (Array.isArray(value)) return messageOfPair(value as readonly Json[]);
  if (!isJsonObject(value)) return undefined;
  const { lc, kwargs, id, message, type } = value;
  if (lc !== undefined && isJsonObject(kwargs)) return { type: lastWord(id), ...kwargs };
  if (isJsonObject(message)) return messageObject(message);
  if (isJsonObject(value["data"]) && roleOf(type) !== undefined) return messageObject({ type, ...value["data"] });
  const { content } = value;
  if (value["role"] === undefined && isJsonObject(content) && content["parts"] !== undefined) return content;
  return isMessage(value) ? value : undefined;
}

/** What one item of a conversation says: none, one, or several where tool results came with a text. */
export function readMessage(value: JsonObject, fallback: "user" | "assistant"): Message[] {
  const type = typeof value["type"] === "string" ? value["type"] : "";
  const role = roleOf(value["role"]) ?? roleOf(value["_role"]) ?? roleOf(type) ?? roleOf(value["source"]);
  if (role === undefined && type !== "message" && isPart(value)) return assemble(readParts(value), "assistant", {});
  if (role === "tool") return readToolMessage(value);
  const members = MEMBERS.of(value);
  const parts = partsOf(value, members);
  if ((members & (MEMBERS.thoughts | MEMBERS.extras)) !== 0) parts.push(...thoughtsOf(value));
  if ((members & (MEMBERS.calls | MEMBERS.extras)) !== 0) parts.push(...callsOf(value, parts));
  return assemble(parts, role ?? fallback, value);
}

/** Is this an item that is a part of an answer, to be put together with those beside it? */
export function isAnswerItem(value: JsonObject): boolean {
  const { type } = value;
  const isOfType = type !== undefined && ANSWER_ITEMS.includes(String(type));
  return isOfType && (value["role"] === undefined || roleOf(value["role"]) === "assistant");
}

export function joinAnswers(first: AssistantMessage, second: AssistantMessage): AssistantMessage {
  const thoughts = [first.reasoning, second.reasoning].filter((text) => text !== undefined);
  const requests = [...(first.toolRequests ?? []), ...(second.toolRequests ?? [])];
  return {
    role: "assistant",
    content: first.content + second.content,
    ...(thoughts.length > 0 && { reasoning: thoughts.join("\n") }),
    ...(requests.length > 0 && { toolRequests: requests }),
  };
}

function isMessage(value: JsonObject): boolean {
  const { role } = value;
  if (typeof role === "string") {
    return roleOf(role) !== undefined || "content" in value || pick(value, SAYING) !== undefined;
  }
  if (Array.isArray(value["parts"]) || roleOf(value["_role"]) !== undefined) return true;
  if (CALL_LISTS.some((name) => listOf(value[name]) !== undefined)) return true;
  const { type } = value;
  if (typeof type === "string" && roleOf(type) !== undefined) return "content" in value;
  if (typeof type === "string" && ANSWER_ITEMS.includes(type)) return true;
  if (type === "function_call_output" || type === "custom_tool_call_output") return true;
  return isCall(value);
}

/** A call on its own, as some write an answer that is nothing but calls. */
export function isCall(value: JsonObject): boolean {
  const hasName = pickText(value, CALL_NAMES) !== undefined;
  if (hasName && pick(value, ["input", "args", "arguments", "tool.args"]) !== undefined) return true;
  if (typeof value["name"] === "string" && typeof value["id"] === "string" && value["arguments"] !== undefined)
    return true;
  const called = value["function"];
  return isJsonObject(called) && typeof called["name"] === "string" && called["arguments"] !== undefined;
}

/** LangChain takes `["human", "Hi"]` for a message. */
function messageOfPair(value: readonly Json[]): JsonObject | undefined {
  const [role, content] = value;
  const isPair = value.length === 2 && roleOf(role) !== undefined && typeof content === "string";
  return isPair ? { role: String(role), content } : undefined;
}

function lastWord(id: Json | undefined): string {
  return Array.isArray(id) ? String(id.at(-1)) : "";
}

function partsOf(value: JsonObject, members: number): Part[] {
  if ((members & MEMBERS.call) !== 0 && isCall(value)) return [{ kind: "call", request: readRequest(value) }];
  const content = pick(value, CONTENTS);
  if (isJsonObject(content)) {
    const inner = pick(content, ["parts", "content"]);
    return inner === undefined
      ? [readPart(content) ?? { kind: "text", text: JSON.stringify(content) }]
      : readParts(inner);
  }
  return readParts(content);
}

function thoughtsOf(value: JsonObject): Part[] {
  const told = pickText(value, THOUGHTS) ?? pickText(extrasOf(value), THOUGHTS);
  return told === undefined ? [] : [{ kind: "reasoning", text: told }];
}

/** Calls beside the content; some tell the same calls in both places. */
function callsOf(value: JsonObject, parts: readonly Part[]): Part[] {
  const extras = extrasOf(value);
  const told = listOf(pick(value, CALL_LISTS)) ?? listOf(pick(extras, CALL_LISTS));
  const single = pick(value, SINGLE_CALL) ?? pick(extras, SINGLE_CALL) ?? namedCall(value);
  if (told === undefined && single === undefined) return [];
  const requests = (told ?? (single === undefined ? [] : [single])).flatMap(requestIn);
  const known = new Set(parts.flatMap((part) => (part.kind === "call" ? [part.request.callId] : [])));
  return requests
    .filter(({ callId }) => callId === "" || !known.has(callId))
    .map((request) => ({ kind: "call", request }));
}

/** OpenInference flattened calls so before models could make several at a time. */
function namedCall(value: JsonObject): Json | undefined {
  const name = value["function_call_name"];
  return name === undefined ? undefined : { name, arguments: value["function_call_arguments_json"] ?? "{}" };
}

function requestIn(value: Json): ToolRequest[] {
  const object = parseText(value);
  if (!isJsonObject(object)) return [];
  const request = readRequest(object);
  return request.tool === "" && request.callId === "" ? [] : [request];
}

/** An empty list tells nothing: the calls may stand elsewhere. */
function listOf(value: Json | undefined): readonly Json[] | undefined {
  const list = value === undefined ? undefined : parseText(value);
  return Array.isArray(list) && list.length > 0 ? (list as readonly Json[]) : undefined;
}

function extrasOf(value: JsonObject): JsonObject {
  return isJsonObject(value["additional_kwargs"]) ? value["additional_kwargs"] : NO_EXTRAS;
}

const NO_EXTRAS: JsonObject = {};

function readToolMessage(value: JsonObject): Message[] {
  const content = pick(value, RESULTS) ?? "";
  if (isToolDeclaration(content)) return [];
  const results = readParts(Array.isArray(content) ? content : null).filter((part) => part.kind === "result");
  if (results.length > 0) return assemble(results, "user", value);
  const isError = value["status"] === "error" || value["is_error"] === true || value["isError"] === true;
  return [
    {
      role: "tool",
      callId: pickText(value, IDS) ?? pickText(extrasOf(value), IDS) ?? "",
      tool: pickText(value, NAMES) ?? pickText(extrasOf(value), NAMES) ?? "",
      result: plainResult(content),
      ...(isError && { isError }),
    },
  ];
}

/** Parts of one item as messages: what tools gave comes before what was said with it. */
function assemble(parts: readonly Part[], role: Exclude<Message["role"], "tool">, told: JsonObject): Message[] {
  const tools: Message[] = [];
  const rest: Part[] = [];
  for (const part of parts) {
    if (part.kind === "result") tools.push(toolMessage(part.result));
    else rest.push(part);
  }
  if (role !== "assistant") {
    const isEmpty = rest.length === 0 && tools.length > 0;
    return isEmpty ? tools : [...tools, { role, content: textOf(rest, "\n") }];
  }
  const isEmpty = rest.length === 0 && tools.length > 0 && told["content"] === undefined;
  // A provider that ran the tool itself tells call and result in one answer.
  return isEmpty ? tools : [answerOf(rest), ...tools];
}

function answerOf(parts: readonly Part[]): AssistantMessage {
  const answer: Draft<AssistantMessage> = { role: "assistant", content: textOf(parts, "") };
  const reasoning = reasoningOf(parts);
  if (reasoning !== undefined) answer.reasoning = reasoning;
  const requests: ToolRequest[] = [];
  for (const part of parts) if (part.kind === "call") requests.push(part.request);
  if (requests.length > 0) answer.toolRequests = requests;
  return answer;
}

type Draft<Value> = { -readonly [Name in keyof Value]: Value[Name] };

function toolMessage({ callId, tool, result, isError }: ToolResultPart): Message {
  return isError ? { role: "tool", callId, tool, result, isError } : { role: "tool", callId, tool, result };
}
