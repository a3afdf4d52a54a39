import type { AssistantMessage, ObservedSpan } from "../../domain/index.ts";
import type { Json, JsonObject } from "../../kernel/index.ts";
import { normalizeMessages } from "../messages/normalize-messages.ts";
import { readOfferedTools } from "../messages/offered-tools.ts";
import { parseText } from "../messages/parse-text.ts";
import { pick, pickText } from "../messages/pick.ts";
import type { SpanReading } from "../span-reading.ts";
import type { AttributeNames } from "./attribute-names.ts";
import type { Dialect, DialectReading } from "./dialect.ts";
import { fieldTable, known, readFields, readSettings } from "./read-fields.ts";

const METADATA = ["ai.telemetry.metadata.", "ai.settings.context.", "ai.settings.runtimeContext."];

function inMetadata(...names: readonly string[]): string[] {
  return names.flatMap((name) => METADATA.map((prefix) => prefix + name));
}

const NAMES = fieldTable({
  agentName: ["ai.telemetry.functionId"],
  session: inMetadata("sessionId", "session.id", "session_id", "threadId", "conversationId", "chatId"),
  user: inMetadata("userId", "user.id", "user_id"),
  provider: ["ai.model.provider"],
  requested: ["ai.model.id"],
  answered: ["ai.response.model"],
  finishReason: ["ai.response.finishReason", "ai.finishReason"],
  inputTokens: ["ai.usage.inputTokens", "ai.usage.promptTokens"],
  outputTokens: ["ai.usage.outputTokens", "ai.usage.completionTokens"],
  cachedInputTokens: ["ai.usage.cachedInputTokens", "ai.usage.inputTokenDetails.cacheReadTokens"],
  reasoningTokens: ["ai.usage.reasoningTokens", "ai.usage.outputTokenDetails.reasoningTokens"],
  toolName: ["ai.toolCall.name"],
  toolCallId: ["ai.toolCall.id"],
  toolArguments: ["ai.toolCall.args", "ai.toolCall.input"],
  toolResult: ["ai.toolCall.result", "ai.toolCall.output"],
});

/** The AI SDK up to version 6, and its legacy telemetry after that. Version 7 speaks the conventions of OpenTelemetry. */
export const vercel: Dialect = {
  name: "vercel",
  own: /^ai\.operationId$/,
  isElse: ({ name }) => name.startsWith("ai."),
  read(span: ObservedSpan, names: AttributeNames): DialectReading | undefined {
    const { attributes } = span;
    const operation = pickText(attributes, ["ai.operationId"]) ?? (/^ai\.\w/.test(span.name) ? span.name : undefined);
    if (operation === undefined) return undefined;
    const input = messagesIn(pick(attributes, ["ai.prompt.messages", "ai.prompt"]));
    const offered = readOfferedTools(attributes["ai.prompt.tools"]);
    return {
      ...readFields(attributes, NAMES, names),
      ...known("kind", kindOf(operation)),
      ...known("settings", readSettings(settingsIn(attributes))),
      ...known("input", input?.messages),
      ...known("output", answerIn(attributes)),
      ...(offered.length > 0 && { offered }),
    };
  },
};

function kindOf(operation: string): SpanReading["kind"] {
  if (/\.do(Generate|Stream)$/.test(operation)) return /^ai\.(generate|stream)/.test(operation) ? "model" : "other";
  if (operation === "ai.toolCall") return "tool";
  return /^ai\.(generate|stream)(Text|Object)$/.test(operation) ? "agent" : "other";
}

function messagesIn(value: Json | undefined) {
  return value === undefined ? undefined : normalizeMessages(value, { side: "input", isPlainMessage: true });
}

function settingsIn(attributes: JsonObject): JsonObject {
  const members = Object.entries(attributes).flatMap(([name, value]) => {
    const own = /^(?:ai\.settings|gen_ai\.request)\.(\w+)$/.exec(name)?.[1];
    return own === undefined ? [] : [[own, value] as const];
  });
  return Object.fromEntries(members);
}

/** The answer comes in pieces: its text or object, what was thought, what was called. */
function answerIn(attributes: JsonObject): readonly AssistantMessage[] | undefined {
  const text = pick(attributes, ["ai.response.text", "ai.response.object", "ai.result.text", "ai.result.object"]);
  const reasoning = pickText(attributes, ["ai.response.reasoning"]);
  const calls = pick(attributes, ["ai.response.toolCalls", "ai.result.toolCalls"]);
  if (text === undefined && reasoning === undefined && calls === undefined) return undefined;
  const message = calls === undefined ? [] : callsIn(calls);
  return [
    {
      role: "assistant",
      content: typeof text === "string" ? text : text === undefined ? "" : JSON.stringify(text),
      ...(reasoning !== undefined && { reasoning }),
      ...(message.length > 0 && { toolRequests: message }),
    },
  ];
}

function callsIn(calls: Json) {
  const messages = normalizeMessages(parseText(calls), { side: "output" })?.messages ?? [];
  return messages.flatMap((message) => (message.role === "assistant" ? (message.toolRequests ?? []) : []));
}
