import type { ToolRequest } from "../../domain/index.ts";
import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import { parseArguments } from "./parse-text.ts";
import { type Part, textOf, type ToolResultPart } from "./part.ts";
import { pick, pickText } from "./pick.ts";

/** What the families call the same kind of part: OpenAI chat and responses, Anthropic, Gemini, Bedrock, AI SDK, GenAI. */
const TYPES = {
  text: ["text", "input_text", "output_text", "summary_text", "refusal"],
  reasoning: ["reasoning", "thinking", "thought", "reasoning_text", "redacted_thinking"],
  call: [
    "tool_call",
    "tool-call",
    "tool_use",
    "server_tool_use",
    "server_tool_call",
    "function_call",
    "function",
    "mcp_call",
  ],
  result: [
    "tool_result",
    "tool-result",
    "tool-error",
    "tool_call_response",
    "tool_response",
    "server_tool_call_response",
    "function_call_output",
    "function_response",
    "custom_tool_call_output",
  ],
} as const;

const KIND_BY_TYPE = new Map(
  Object.entries(TYPES).flatMap(([kind, types]) => types.map((type) => [type as string, kind as keyof typeof TYPES])),
);

/** Parts that say by a member what they are, without a type. */
const TYPED_MEMBERS = [
  { names: ["function_call", "functionCall", "toolUse", "tool_call"], kind: "call" },
  { names: ["function_response", "functionResponse", "toolResult", "tool_call_result"], kind: "result" },
  { names: ["reasoningContent", "reasoning_content"], kind: "reasoning" },
  { names: ["inline_data", "inlineData", "file_data", "fileData"], kind: "media" },
] as const;

const CALL_IDS = ["toolCallId", "tool_call_id", "toolUseId", "tool_use_id", "call_id", "callId", "id", "tool.id"];
const TOOL_NAMES = ["name", "toolName", "tool_name", "tool.name"];
const ARGUMENTS = ["arguments", "args", "input", "parameters", "tool.args", "server_tool_call"];
const RESULTS = ["response", "result", "output", "content", "errorText", "server_tool_call_response", "error"];
const TEXTS = ["text", "content", "thinking", "reasoning", "refusal", "summary", "data"];

/** Undefined for what is no part of a message. */
export function readPart(value: Json): Part | undefined {
  if (typeof value === "string") return { kind: "text", text: value };
  if (!isJsonObject(value)) return undefined;
  const wrapped = value["message_content"];
  if (isJsonObject(wrapped)) return readPart(wrapped);
  const type = value["type"] ?? value["block_type"];
  return typeof type === "string" ? readTyped(value, type) : readUntyped(value);
}

export function readParts(value: Json | undefined): Part[] {
  if (value === undefined || value === null) return [];
  const parts: Part[] = [];
  for (const item of Array.isArray(value) ? (value as readonly Json[]) : [value]) {
    const part = readPart(item);
    if (part !== undefined) parts.push(part);
  }
  return parts;
}

/** Is this a piece of a message rather than a message or something else? */
export function isPart(value: Json): boolean {
  if (!isJsonObject(value)) return false;
  const type = value["type"];
  if (typeof type !== "string") return TYPED_MEMBERS.some(({ names }) => pick(value, names) !== undefined);
  return KIND_BY_TYPE.has(type);
}

function readTyped(value: JsonObject, type: string): Part {
  const kind = KIND_BY_TYPE.get(type);
  if (kind === "text" || kind === "reasoning") return { kind, text: plainText(value) };
  if (kind === "call") return { kind, request: readRequest(value) };
  if (kind === "result" || type.endsWith("_tool_result")) return { kind: "result", result: readResult(value) };
  if (typeof value["text"] === "string") return { kind: "text", text: value["text"] };
  return { kind: "media", what: mediaName(value, type) };
}

function readUntyped(value: JsonObject): Part | undefined {
  for (const { names, kind } of TYPED_MEMBERS) {
    const member = pick(value, names);
    if (!isJsonObject(member)) continue;
    if (kind === "call") return { kind, request: readRequest(member) };
    if (kind === "result") return { kind, result: readResult(member) };
    if (kind === "reasoning") return { kind, text: reasoningText(member) };
    return { kind, what: mediaName(member, "file") };
  }
  if (pickText(value, ["call_id", "tool_call_id"]) !== undefined) return { kind: "result", result: readResult(value) };
  if (pickText(value, TOOL_NAMES) !== undefined && value["arguments"] !== undefined) {
    return { kind: "call", request: readRequest(value) };
  }
  if (typeof value["text"] === "string") {
    return { kind: value["thought"] === true ? "reasoning" : "text", text: value["text"] };
  }
  const [name] = Object.keys(value);
  return name === "image" || name === "document" || name === "video" ? { kind: "media", what: name } : undefined;
}

/** A call in any family's form: flat, or with its name and arguments under `function`. */
export function readRequest(value: JsonObject): ToolRequest {
  const wrapped = value["tool_call"];
  if (isJsonObject(wrapped)) return readRequest(wrapped);
  const called = isJsonObject(value["function"]) ? value["function"] : value;
  return {
    callId: pickText(value, CALL_IDS) ?? "",
    tool: pickText(called, TOOL_NAMES) ?? "",
    arguments: parseArguments(pick(called, ARGUMENTS)),
  };
}

function readResult(value: JsonObject): ToolResultPart {
  const told = pick(value, RESULTS) ?? null;
  const { result, isError } = unwrapOutput(told);
  const { status, origin } = value;
  const from = isJsonObject(origin) ? origin : undefined;
  return {
    callId: pickText(value, CALL_IDS) ?? (from && pickText(from, CALL_IDS)) ?? "",
    tool: pickText(value, TOOL_NAMES) ?? (from && pickText(from, TOOL_NAMES)) ?? "",
    result: plainResult(result),
    isError:
      isError ||
      value["is_error"] === true ||
      value["isError"] === true ||
      value["error"] === true ||
      status === "error" ||
      value["type"] === "tool-error",
  };
}

/** The AI SDK tells with a result what kind it is. */
function unwrapOutput(told: Json): { readonly result: Json; readonly isError: boolean } {
  if (!isJsonObject(told) || typeof told["type"] !== "string") return { result: told, isError: false };
  const { type, value, reason } = told;
  if (type === "execution-denied") return { result: reason ?? "The call was denied.", isError: true };
  if (!/^(text|json|content|error-text|error-json)$/.test(type) || value === undefined) {
    return { result: told, isError: false };
  }
  return { result: value, isError: type.startsWith("error") };
}

/** Text blocks are one text; everything else stays as it is. */
export function plainResult(result: Json): Json {
  if (!Array.isArray(result) || result.length === 0) return result;
  const parts = (result as readonly Json[]).map(readBlock);
  if (parts.some((part) => part === undefined)) return result;
  return textOf(
    parts.flatMap((part) => part ?? []),
    "\n",
  );
}

function readBlock(value: Json): Part | undefined {
  if (!isJsonObject(value)) return undefined;
  const { text } = value;
  const type = value["type"] ?? value["block_type"];
  const isBlock = type === undefined ? Object.keys(value).length === 1 : KIND_BY_TYPE.get(String(type)) === "text";
  return isBlock && typeof text === "string" ? { kind: "text", text } : undefined;
}

function plainText(value: JsonObject): string {
  const told = pick(value, TEXTS);
  if (typeof told === "string") return value["type"] === "redacted_thinking" ? "" : told;
  return textOf(readParts(told), "\n");
}

function reasoningText(member: JsonObject): string {
  const inner = member["reasoningText"];
  return isJsonObject(inner) ? plainText(inner) : plainText(member);
}

function mediaName(value: JsonObject, type: string): string {
  const modality = pickText(value, ["modality"]);
  if (modality !== undefined) return modality;
  const mime = pickText(value, ["mime_type", "mimeType", "mediaType"]);
  const [family = ""] = mime?.split("/") ?? [];
  if (["image", "audio", "video"].includes(family)) return family;
  const name = type.replace(/^input_/, "").replace(/_url$/, "");
  return /^[\w-]{1,40}$/.test(name) ? name : "part";
}
