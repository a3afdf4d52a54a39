import type { AssistantMessage, Message, ToolRequest } from "../../domain/index.ts";
import type { Json, JsonObject } from "../../kernel/index.ts";
import { assistantMessage } from "../ai-sdk-messages.ts";
import type { ModelAnswer } from "../language-model.ts";
import { argumentsOf, countOf, firstString, objectOf, objectsOf, resultOf, stringOf, textOf } from "./json-fields.ts";
import { foldMessage } from "./fold-message.ts";
import type { SeenRequest, WireFormat } from "./wire-format.ts";

/** Anthropic messages, also as clouds serve them. Tools that the provider runs itself are no calls of the agent. */
export const messagesWire: WireFormat = {
  name: "anthropic-messages",
  claims,
  messages: ({ system, messages: given }) => [
    ...(system === undefined || system === null || system === ""
      ? []
      : [{ role: "system" as const, content: textOf(system, "\n") }]),
    ...messagesOf(objectsOf(given)),
  ],
  tools: ({ tools }) =>
    objectsOf(tools).flatMap(({ name, type, description, input_schema: schema }) => {
      const tool = firstString(name, type);
      if (tool === "") return [];
      const about = stringOf(description);
      return [{ name: tool, ...(about !== "" && { description: about }), parameters: objectOf(schema) }];
    }),
  answer,
  fold: foldMessage,
};

/** `/messages` alone is a path that anybody may have. */
function claims({ path, body, isReadable, hasVersionHeader, answer: told }: SeenRequest): boolean {
  const isCloud = /:(?:streamRawPredict|rawPredict)$|\/model\/[^/]+\/invoke$/i.test(path);
  const isAnswered = (told["type"] === "message" && told["role"] === "assistant") || told["type"] === "message_start";
  if (!isReadable) return isAnswered && (isCloud || path.endsWith("/messages"));
  if (!Array.isArray(body["messages"])) return false;
  if (isCloud && typeof body["anthropic_version"] === "string") return true;
  const isAsked = hasVersionHeader || (typeof body["model"] === "string" && "max_tokens" in body);
  return isAnswered || (path.endsWith("/messages") && isAsked);
}

function messagesOf(given: readonly JsonObject[]): Message[] {
  const toolNames = new Map<string, string>();
  return given.flatMap((message): Message[] => {
    const { role, content } = message;
    if (role === "system") return [{ role, content: textOf(content, "\n") }];
    if (role === "user") return fromUser(content, toolNames);
    if (role !== "assistant") return [];
    const said = spoken(content);
    for (const { callId, tool } of said.toolRequests ?? []) toolNames.set(callId, tool);
    return [said];
  });
}

/** Results of tools travel in the user's message: each is a message of its own here, and so is the text around them. */
function fromUser(content: Json | undefined, toolNames: ReadonlyMap<string, string>): Message[] {
  if (!Array.isArray(content)) return [{ role: "user", content: textOf(content, "\n") }];
  const written: Message[] = [];
  let texts: Json[] = [];
  const flush = () => {
    if (texts.length > 0) written.push({ role: "user", content: textOf(texts, "\n") });
    texts = [];
  };
  for (const part of content as readonly Json[]) {
    const block = objectOf(part);
    if (block["type"] !== "tool_result") texts.push(part);
    else {
      flush();
      const callId = stringOf(block["tool_use_id"]);
      const result = resultOf(textOf(block["content"], "\n"));
      const isError = block["is_error"] === true;
      written.push({
        role: "tool",
        callId,
        tool: toolNames.get(callId) ?? "unknown",
        result,
        ...(isError && { isError }),
      });
    }
  }
  flush();
  return written;
}

function spoken(content: Json | undefined): AssistantMessage {
  if (typeof content === "string") return assistantMessage({ text: content, reasoning: "", toolRequests: [] });
  let text = "";
  let reasoning = "";
  const toolRequests: ToolRequest[] = [];
  for (const block of objectsOf(content)) {
    if (block["type"] === "text") text += stringOf(block["text"]);
    else if (block["type"] === "thinking") reasoning += stringOf(block["thinking"]);
    else if (block["type"] === "tool_use") {
      const { id, name, input } = block;
      toolRequests.push({ callId: stringOf(id), tool: stringOf(name), arguments: argumentsOf(input) });
    }
  }
  return assistantMessage({ text, reasoning, toolRequests });
}

function answer(body: JsonObject): ModelAnswer | undefined {
  if (!Array.isArray(body["content"]) || body["type"] === "error") return undefined;
  const model = stringOf(body["model"]);
  return {
    message: spoken(body["content"]),
    finishReason: REASONS[stringOf(body["stop_reason"])] ?? "other",
    usage: usageOf(objectOf(body["usage"])),
    ...(model !== "" && { model }),
  };
}

const REASONS: Readonly<Record<string, ModelAnswer["finishReason"] | undefined>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  tool_use: "tool-calls",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  refusal: "content-filter",
};

/** Anthropic counts what was read from and written to its cache beside the input; here it is part of it. */
function usageOf(usage: JsonObject): ModelAnswer["usage"] {
  const fresh = countOf(usage["input_tokens"]);
  const read = countOf(usage["cache_read_input_tokens"]);
  const written = countOf(usage["cache_creation_input_tokens"]);
  const outputTokens = countOf(usage["output_tokens"]);
  const { thinking_tokens: thinking, reasoning_tokens: reasoned } = objectOf(usage["output_tokens_details"]);
  const reasoning = countOf(thinking ?? reasoned);
  return {
    ...(fresh !== undefined && { inputTokens: fresh + (read ?? 0) + (written ?? 0) }),
    ...(outputTokens !== undefined && { outputTokens }),
    ...(read !== undefined && { cachedInputTokens: read }),
    ...(reasoning !== undefined && { reasoningTokens: reasoning }),
  };
}
