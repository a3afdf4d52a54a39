import type { AssistantMessage, Message, ToolRequest } from "../../domain/index.ts";
import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import { assistantMessage } from "../ai-sdk-messages.ts";
import type { ModelAnswer } from "../language-model.ts";
import { argumentsOf, countOf, firstString, objectOf, objectsOf, resultOf, stringOf, textOf } from "./json-fields.ts";
import { foldResponse } from "./fold-response.ts";
import type { SeenRequest, WireFormat } from "./wire-format.ts";

/** OpenAI Responses. Tools that the provider runs itself (searches, its own MCP calls) are no calls of the agent. */
export const responsesWire: WireFormat = {
  name: "openai-responses",
  claims({ path, body, isReadable, answer: told }: SeenRequest) {
    const isAnswered = told["object"] === "response" || /^response\.\w+/.test(stringOf(told["type"]));
    if (path.endsWith("/responses")) return isReadable ? REQUEST_FIELDS.some((field) => field in body) : isAnswered;
    return isAnswered && "input" in body;
  },
  messages: ({ instructions, input }) => [
    ...(typeof instructions === "string" && instructions !== ""
      ? [{ role: "system" as const, content: instructions }]
      : []),
    ...messagesOf(inputItems(input)),
  ],
  tools: ({ tools }) =>
    objectsOf(tools).flatMap(({ name, type, description, parameters }) => {
      const tool = firstString(name, type);
      if (tool === "") return [];
      const about = stringOf(description);
      return [{ name: tool, ...(about !== "" && { description: about }), parameters: objectOf(parameters) }];
    }),
  answer,
  fold: foldResponse,
};

const REQUEST_FIELDS = ["input", "previous_response_id", "prompt", "conversation", "model"];

/** A text stands for one message of the user. */
export function inputItems(input: Json | undefined): JsonObject[] {
  return typeof input === "string" ? [{ role: "user", content: input }] : objectsOf(input);
}

/** Items are smaller than messages: reasoning, text and calls that follow each other are one turn of the model. */
function messagesOf(items: readonly JsonObject[]): Message[] {
  const toolNames = new Map<string, string>();
  const written: (Message | Turn)[] = [];
  for (const item of items) {
    const type = itemType(item);
    const last = written.at(-1);
    if (type === "message" && item["role"] !== "assistant") {
      const role = item["role"] === "user" ? "user" : "system";
      written.push({ role, content: textOf(item["content"], "\n") });
    } else if (isResult(item, type)) {
      const callId = stringOf(item["call_id"]);
      const result = resultOfItem(item["output"]);
      written.push({ role: "tool", callId, tool: toolNames.get(callId) ?? "unknown", result });
    } else if (type === "message" || type === "reasoning" || isCall(item, type)) {
      const turn = last instanceof Turn && last.takes(type) ? last : new Turn();
      if (turn !== last) written.push(turn);
      turn.add(item, type);
      const request = turn.toolRequests.at(-1);
      if (request) toolNames.set(request.callId, request.tool);
    }
  }
  return written.map((each) => (each instanceof Turn ? each.message() : each));
}

/** What a model gave at once. */
class Turn {
  readonly toolRequests: ToolRequest[] = [];
  readonly #texts: string[] = [];
  #reasoning = "";

  /** After a call, only further calls are of the same turn; a second text is the next turn's. */
  takes(type: string): boolean {
    if (this.toolRequests.length > 0) return type !== "message" && type !== "reasoning";
    return type !== "message" || this.#texts.length === 0;
  }

  add(item: JsonObject, type: string): void {
    if (type === "message") this.#texts.push(textOf(item["content"], ""));
    else if (type === "reasoning") this.#reasoning += reasoningOf(item);
    else this.toolRequests.push(toolRequest(item, type));
  }

  message(): AssistantMessage {
    return assistantMessage({
      text: this.#texts.join("\n"),
      reasoning: this.#reasoning,
      toolRequests: this.toolRequests,
    });
  }
}

/** Messages that clients write by hand bear no type. */
function itemType({ type, role }: JsonObject): string {
  return stringOf(type) || (typeof role === "string" ? "message" : "");
}

/** A call that waits for the agent bears a `call_id`; those that the provider runs have only their own id. */
function isCall(item: JsonObject, type: string): boolean {
  return type.endsWith("_call") && typeof item["call_id"] === "string";
}

function isResult(item: JsonObject, type: string): boolean {
  return type.endsWith("_call_output") && typeof item["call_id"] === "string";
}

function toolRequest(item: JsonObject, type: string): ToolRequest {
  const { call_id: callId, name, arguments: given, input, action, operation } = item;
  return {
    callId: stringOf(callId),
    tool: firstString(name, type.slice(0, -"_call".length)),
    // A custom tool takes a text, and the provider's own kinds of tools an object of their own.
    arguments: type === "custom_tool_call" ? stringOf(input) : argumentsOf(given ?? action ?? operation),
  };
}

function resultOfItem(output: Json | undefined): Json {
  if (isJsonObject(output)) return output;
  return resultOf(textOf(output, "\n"));
}

function reasoningOf({ summary, content }: JsonObject): string {
  return textOf(summary, "\n") || textOf(content, "\n");
}

function answer(body: JsonObject): ModelAnswer | undefined {
  if (!Array.isArray(body["output"])) return undefined;
  const turn = new Turn();
  for (const item of objectsOf(body["output"])) {
    const type = itemType(item);
    if (type === "message" || type === "reasoning" || isCall(item, type)) turn.add(item, type);
  }
  const message = turn.message();
  const model = stringOf(body["model"]);
  return {
    message,
    finishReason: reasonOf(body, message),
    usage: usageOf(objectOf(body["usage"])),
    ...(model !== "" && { model }),
  };
}

function reasonOf(body: JsonObject, message: AssistantMessage): ModelAnswer["finishReason"] {
  const status = body["status"];
  if (status === "incomplete") {
    const { reason } = objectOf(body["incomplete_details"]);
    return reason === "max_output_tokens" ? "length" : reason === "content_filter" ? "content-filter" : "other";
  }
  if (status === "completed") return message.toolRequests ? "tool-calls" : "stop";
  return status === "failed" || status === "cancelled" || status === "in_progress" ? "error" : "other";
}

function usageOf(usage: JsonObject): ModelAnswer["usage"] {
  const inputTokens = countOf(usage["input_tokens"]);
  const outputTokens = countOf(usage["output_tokens"]);
  const cached = countOf(objectOf(usage["input_tokens_details"])["cached_tokens"]);
  const reasoning = countOf(objectOf(usage["output_tokens_details"])["reasoning_tokens"]);
  return {
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
    ...(cached !== undefined && { cachedInputTokens: cached }),
    ...(reasoning !== undefined && { reasoningTokens: reasoning }),
  };
}
