import type { AssistantMessage, Message } from "../../domain/index.ts";
import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import { type NormalizedMessages, normalizeMessages } from "../messages/normalize-messages.ts";
import { objectIn, parseArguments, parseStructure, parseText } from "../messages/parse-text.ts";
import { pickText } from "../messages/pick.ts";
import { plainResult } from "../messages/read-part.ts";
import type { ModelReading, SpanReading, ToolReading } from "../span-reading.ts";
import type { DialectReading } from "./dialect.ts";
import { fuller } from "./merge-readings.ts";
import { readDocuments } from "./read-documents.ts";
import { type Draft, known } from "./read-fields.ts";

/**
 * What a span was, and the fields that belong to that, of all that was found in it.
 * @param dialects that found it
 */
export function interpretReading(found: DialectReading, dialects: readonly string[]): Draft<SpanReading> {
  const kind = kindOf(found);
  const reading: Draft<SpanReading> = { dialects, kind };
  tellBeside(reading, found);
  if (kind === "tool") {
    reading.tool = readTool(found);
    return reading;
  }
  if (kind === "retrieval") {
    reading.retrieval = readRetrieval(found);
    return reading;
  }
  const sides = readSides(found, kind === "model" || kind === "agent");
  if (kind === "model") {
    reading.model = readModel(found, withAnswer(found, sides));
    return reading;
  }
  const hasModel = found.requested !== undefined || found.answered !== undefined || found.usage !== undefined;
  if (kind === "agent" && hasModel) reading.model = readModel(found, sides);
  const input = wrapped(sides.input, found.inputValue);
  if (input !== undefined) reading.input = input;
  const output = wrapped(sides.output, found.outputValue);
  if (output !== undefined) reading.output = output;
  return reading;
}

function tellBeside(reading: Draft<SpanReading>, { agentName, agentVersion, session, user }: DialectReading): void {
  if (agentName !== undefined || agentVersion !== undefined) {
    const agent: Draft<NonNullable<SpanReading["agent"]>> = {};
    if (agentName !== undefined) agent.name = agentName;
    if (agentVersion !== undefined) agent.version = agentVersion;
    reading.agent = agent;
  }
  if (session !== undefined) reading.session = session;
  if (user !== undefined) reading.user = user;
}

function kindOf({ kind, outputValue }: DialectReading): SpanReading["kind"] {
  if (kind !== undefined && kind !== "other") return kind;
  return toolMessageIn(outputValue) === undefined ? "other" : "tool";
}

interface Sides {
  readonly input: readonly Message[] | undefined;
  readonly output: readonly Message[] | undefined;
  readonly given: NormalizedMessages | undefined;
}

function readSides(found: DialectReading, isPlainMessage: boolean): Sides {
  const given = normalized(found.inputValue, { side: "input", isPlainMessage });
  const taken = normalized(found.outputValue, {
    side: "output",
    isPlainMessage: isPlainMessage && found.output === undefined,
  });
  const input = fuller(found.input, given?.messages);
  const instructions = found.instructions ?? taken?.instructions;
  const hasSystem = input?.some(({ role }) => role === "system") ?? false;
  const system: Message[] = instructions === undefined || hasSystem ? [] : [{ role: "system", content: instructions }];
  const said = system.length === 0 ? input : [...system, ...(input ?? [])];
  return {
    input: said === undefined || said.length === 0 ? undefined : said,
    output: outputOf(found.output, taken?.messages),
    given,
  };
}

/** What a model gave is its answer, whatever its form. */
function withAnswer({ outputValue }: DialectReading, sides: Sides): Sides {
  if (sides.output !== undefined || typeof outputValue !== "object" || outputValue === null) return sides;
  return { ...sides, output: [{ role: "assistant", content: JSON.stringify(outputValue) }] };
}

/** An answer's own telling wins over a longer one, which may be the whole conversation. */
function outputOf(told: readonly Message[] | undefined, taken: readonly Message[] | undefined) {
  if (told === undefined || told.length === 0) return taken;
  const isSilent = told.every(({ role, ...rest }) => role === "assistant" && isEmptyAnswer(rest));
  return isSilent ? (taken ?? told) : told;
}

function isEmptyAnswer(rest: object): boolean {
  const { content, toolRequests } = rest as Partial<AssistantMessage>;
  return content === "" && toolRequests === undefined;
}

function normalized(value: Json | undefined, options: { side: "input" | "output"; isPlainMessage: boolean }) {
  return value === undefined ? undefined : normalizeMessages(value, options);
}

function readModel(found: DialectReading, { input, output, given }: Sides): ModelReading {
  const answers = output?.filter((message) => message.role === "assistant") ?? [];
  const offered = found.offered ?? (given !== undefined && given.tools.length > 0 ? given.tools : undefined);
  const { provider, requested, answered, settings, finishReason, usage, costMicroUsd } = found;
  const model: Draft<ModelReading> = {};
  if (provider !== undefined) model.provider = provider;
  if (requested !== undefined) model.requested = requested;
  if (answered !== undefined) model.answered = answered;
  if (settings !== undefined) model.settings = settings;
  if (input !== undefined) model.input = input;
  if (answers.length > 0) model.output = answers;
  if (finishReason !== undefined) model.finishReason = finishReason;
  if (usage !== undefined) model.usage = usage;
  if (costMicroUsd !== undefined) model.costMicroUsd = costMicroUsd;
  if (offered !== undefined) model.tools = offered;
  return model;
}

function wrapped(messages: readonly Message[] | undefined, value: Json | undefined): SpanReading["input"] {
  if (value === undefined) return messages === undefined ? undefined : { messages };
  return messages === undefined ? { value: parseText(value) } : { messages, value: parseText(value) };
}

function parsed(value: Json | undefined): Json | undefined {
  return value === undefined ? undefined : parseText(value);
}

function readTool({ tool = {}, inputValue, outputValue }: DialectReading): ToolReading {
  const message = toolMessageIn(outputValue);
  const given = tool.arguments ?? inputValue;
  const name = tool.name ?? message?.name;
  const callId = tool.callId ?? message?.callId;
  const result = tool.result ?? message?.result ?? outputValue;
  const reading: Draft<ToolReading> = {};
  if (name !== undefined) reading.name = name;
  if (callId !== undefined) reading.callId = callId;
  if (given !== undefined) reading.arguments = unwrapArguments(parseArguments(given));
  if (result !== undefined) reading.result = unwrapResult(parseText(result));
  if (tool.description !== undefined) reading.description = tool.description;
  return reading;
}

/** A function's arguments as Python tells them: by place and by name. */
function unwrapArguments(given: Json): Json {
  if (!isJsonObject(given)) return given;
  const { args, kwargs } = given;
  const isCall = isJsonObject(kwargs) && Array.isArray(args) && args.length === 0;
  return isCall ? kwargs : given;
}

/** Gemini's agents answer with the whole function response, MCP with content blocks. */
function unwrapResult(result: Json): Json {
  if (!isJsonObject(result)) return plainResult(result);
  if (hasOnly(result, ["id", "name", "response"])) return result["response"] ?? null;
  const isContent = hasOnly(result, ["content"]) || hasOnly(result, ["content", "isError"]);
  return isContent ? plainResult(result["content"] ?? null) : result;
}

/** All of these members, and no other. */
function hasOnly(value: JsonObject, names: readonly string[]): boolean {
  return names.every((name) => Object.hasOwn(value, name)) && Object.keys(value).length === names.length;
}

/** LangChain's tools answer with a message. */
function toolMessageIn(value: Json | undefined) {
  const told = typeof value === "string" ? (parseStructure(value) ?? null) : (value ?? null);
  const inner = isJsonObject(told) ? (objectIn(told["kwargs"]) ?? told) : undefined;
  const callId = inner === undefined ? undefined : pickText(inner, ["tool_call_id"]);
  if (inner === undefined || callId === undefined) return undefined;
  const result = plainResult(inner["content"] ?? null);
  const name = pickText(inner, ["name"]);
  return { callId, result, name, isError: inner["status"] === "error" };
}

/** Whether a tool said of itself that it failed, in a message that came out of it. */
export function failureInResult(value: Json | undefined): string | undefined {
  const message = toolMessageIn(value);
  if (message?.isError !== true) return undefined;
  return typeof message.result === "string" ? message.result : JSON.stringify(message.result);
}

/** Query and documents of a search. */
function readRetrieval(found: DialectReading): NonNullable<SpanReading["retrieval"]> {
  const given = parsed(found.inputValue);
  const asked = isJsonObject(given) ? pickText(given, ["query", "question", "input", "text", "query_str"]) : given;
  const query = found.query ?? (typeof asked === "string" ? asked : undefined);
  return { ...known("query", query), documents: found.documents ?? readDocuments(found.outputValue) ?? [] };
}
