import type { ObservedSpan } from "../../domain/index.ts";
import type { Json, JsonObject } from "../../kernel/index.ts";
import { normalizeMessages, systemText } from "../messages/normalize-messages.ts";
import { readOfferedTools } from "../messages/offered-tools.ts";
import { pick, pickText } from "../messages/pick.ts";
import type { SpanReading, ToolReading } from "../span-reading.ts";
import { type AttributeNames, namesOf } from "./attribute-names.ts";
import type { Dialect, DialectReading } from "./dialect.ts";
import { type EventMessages, messagesInEvents } from "./gen-ai-events.ts";
import { type Draft, fieldTable, isSetting, readFields, readSettings, tell } from "./read-fields.ts";
import { readDocuments } from "./read-documents.ts";

const KINDS: Readonly<Record<string, SpanReading["kind"]>> = {
  chat: "model",
  text_completion: "model",
  completion: "model",
  generate_content: "model",
  generate: "model",
  call_llm: "model",
  responses: "model",
  execute_tool: "tool",
  invoke_agent: "agent",
  invoke_workflow: "agent",
  create_agent: "other",
  agent_step: "other",
  embeddings: "other",
  retrieval: "retrieval",
  retrieve: "retrieval",
  rerank: "retrieval",
};

const NAMES = fieldTable({
  agentName: ["gen_ai.agent.name", "agent_name"],
  agentVersion: ["gen_ai.agent.version"],
  session: ["gen_ai.conversation.id", "session.id", "gcp.vertex.agent.session_id"],
  user: ["user.id", "enduser.id", "gen_ai.user.id"],
  provider: ["gen_ai.provider.name", "gen_ai.system"],
  requested: ["gen_ai.request.model"],
  answered: ["gen_ai.response.model"],
  finishReason: ["gen_ai.response.finish_reasons", "gen_ai.response.finish_reason"],
  inputTokens: ["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"],
  outputTokens: ["gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"],
  cachedInputTokens: [
    "gen_ai.usage.cache_read.input_tokens",
    "gen_ai.usage.cache_read_input_tokens",
    "gen_ai.usage.cached_tokens",
    "gen_ai.usage.details.cache_read_tokens",
    "gen_ai.usage.details.cached_tokens",
  ],
  reasoningTokens: [
    "gen_ai.usage.reasoning.output_tokens",
    "gen_ai.usage.reasoning_tokens",
    "gen_ai.usage.reasoning_output_tokens",
    "gen_ai.usage.details.reasoning_tokens",
  ],
  cost: ["gen_ai.usage.cost", "gen_ai.usage.total_cost", "operation.cost"],
  costParts: [["gen_ai.usage.input_cost"], ["gen_ai.usage.output_cost"]],
  inputValue: ["gen_ai.input", "input"],
  outputValue: ["gen_ai.output", "output"],
  toolName: ["gen_ai.tool.name", "mcp.tool.name"],
  toolCallId: ["gen_ai.tool.call.id"],
  toolArguments: ["gen_ai.tool.call.arguments", "gen_ai.tool.args", "gen_ai.tool.arguments", "tool_arguments"],
  toolResult: ["gen_ai.tool.call.result", "gen_ai.tool.result", "tool_response"],
  toolDescription: ["gen_ai.tool.description"],
});

const INPUTS = ["gen_ai.input.messages", "gen_ai.prompt"];
const OUTPUTS = ["gen_ai.output.messages", "gen_ai.completion"];
const INSTRUCTIONS = ["gen_ai.system_instructions"];
const TOOLS = ["gen_ai.tool.definitions", "gen_ai.request.tools", "model_request_parameters"];

const OWN = /^(gen_ai|mcp)\./;

/** The conventions of OpenTelemetry for generative AI: today's, and those before them, with messages in span events. */
export const genAi: Dialect = {
  name: "genai",
  own: OWN,
  isElse: ({ events }) => events !== undefined && events.length > 0,
  read(span: ObservedSpan, own: AttributeNames): DialectReading | undefined {
    const events = messagesInEvents(span.events ?? []);
    const attributes: JsonObject =
      events.attributes === undefined ? span.attributes : { ...events.attributes, ...span.attributes };
    const names = attributes === span.attributes ? own : namesOf(attributes);
    const there = names.answer(namesThere);
    if (!events.hasMessages && !there.isOwn) return undefined;
    const reading: Draft<DialectReading> = readFields(attributes, NAMES, names);
    const input = messagesIn(pick(attributes, there.inputs), "input");
    const output = messagesIn(pick(attributes, there.outputs), "output");
    const kind = kindOf(span, attributes);
    tell(reading, "finishReason", reading.finishReason ?? events.finishReason);
    if (kind === "tool") tell(reading, "tool", toolIn(reading.tool, events));
    if (kind !== undefined) reading.kind = kind;
    tell(reading, "settings", settingsIn(attributes, there));
    tell(reading, "instructions", instructionsIn(attributes, there) ?? input?.instructions);
    const asked = input?.messages ?? events.input;
    if (asked !== undefined) reading.input = asked;
    const said = output?.messages ?? events.output;
    if (said !== undefined) reading.output = said;
    tell(reading, "offered", offeredIn(attributes, there) ?? unlessNone(input?.tools));
    return kind === "retrieval" ? { ...reading, ...retrievalIn(attributes) } : reading;
  },
};

/** Which of the names that are asked for are there. */
function namesThere(names: readonly string[]) {
  const known = new Set(names);
  const among = (wanted: readonly string[]) => wanted.filter((name) => known.has(name));
  return {
    isOwn: names.some((name) => OWN.test(name)),
    inputs: among(INPUTS),
    outputs: among(OUTPUTS),
    instructions: among(INSTRUCTIONS),
    tools: among(TOOLS),
    settings: names.filter((name) => name.startsWith(REQUEST) && isSetting(name.slice(REQUEST.length))),
  };
}

type NamesThere = ReturnType<typeof namesThere>;

function kindOf({ name }: ObservedSpan, attributes: JsonObject): SpanReading["kind"] | undefined {
  const operation = pickText(attributes, ["gen_ai.operation.name"]);
  if (operation !== undefined && Object.hasOwn(KINDS, operation)) return KINDS[operation];
  if (attributes["mcp.method.name"] === "tools/call") return "tool";
  if (attributes["mcp.method.name"] !== undefined) return "other";
  if (pick(attributes, ["gen_ai.tool.name", "gen_ai.tool.call.id"]) !== undefined) return "tool";
  // An unknown operation may be anything; without one, a model and what it said make a model call.
  if (operation !== undefined) return pick(attributes, OUTPUTS) === undefined ? "other" : "model";
  const hasModel = pick(attributes, ["gen_ai.request.model", "gen_ai.response.model"]) !== undefined;
  if (hasModel) return /embed/i.test(name) ? "other" : "model";
  return attributes["gen_ai.agent.name"] === undefined ? undefined : "agent";
}

/** Some tell a tool's arguments and result in the events of messages. */
function toolIn(tool: ToolReading | undefined, { input, output }: EventMessages): ToolReading | undefined {
  const given = input?.find(({ role }) => role === "tool");
  const [taken] = output ?? [];
  const result = taken !== undefined && "content" in taken && taken.content !== "" ? taken.content : undefined;
  const isTold = tool?.arguments !== undefined || given?.role !== "tool";
  const whole: Draft<ToolReading> = { ...tool };
  if (!isTold) whole.arguments = given.result;
  if (tool?.result === undefined) tell(whole, "result", result);
  return whole;
}

function messagesIn(value: Json | undefined, side: "input" | "output") {
  return value === undefined ? undefined : normalizeMessages(value, { side, isPlainMessage: true });
}

function instructionsIn(attributes: JsonObject, { instructions }: NamesThere): string | undefined {
  const told = pick(attributes, instructions);
  const text = told === undefined ? "" : systemText(told);
  return text === "" ? undefined : text;
}

function offeredIn(attributes: JsonObject, { tools }: NamesThere) {
  const told = pick(attributes, tools);
  return told === undefined ? undefined : unlessNone(readOfferedTools(told));
}

function unlessNone<Item>(list: readonly Item[] | undefined): readonly Item[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}

const REQUEST = "gen_ai.request.";

function settingsIn(attributes: JsonObject, { settings }: NamesThere): JsonObject | undefined {
  if (settings.length === 0) return undefined;
  return readSettings(Object.fromEntries(settings.map((name) => [name.slice(REQUEST.length), attributes[name]])));
}

function retrievalIn(attributes: JsonObject): DialectReading {
  const query = pickText(attributes, ["gen_ai.retrieval.query.text", "gen_ai.retrieval.query", "db.query.text"]);
  const documents = readDocuments(pick(attributes, ["gen_ai.retrieval.documents", "gen_ai.output"]));
  return { ...(query !== undefined && { query }), ...(documents !== undefined && { documents }) };
}
