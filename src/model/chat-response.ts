import type { AssistantMessage, Usage } from "../domain/index.ts";
import { AegisError, ERROR_CATALOGUE, type Json, type JsonObject } from "../kernel/index.ts";
import { splitWords } from "./ai-sdk-answer.ts";
import type { ModelAnswer } from "./language-model.ts";

export interface ChatAnswer {
  readonly id: string;
  readonly createdAtMs: number;
  readonly model: string;
  readonly answer: ModelAnswer;
}

/** The body of an OpenAI chat completion. */
export function chatCompletion(chat: ChatAnswer): JsonObject {
  const { message, finishReason, usage } = chat.answer;
  return {
    ...envelope(chat, "chat.completion"),
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: message.content === "" && message.toolRequests ? null : message.content,
          refusal: null,
          ...(message.reasoning !== undefined && { reasoning_content: message.reasoning }),
          ...(message.toolRequests && { tool_calls: toolCalls(message) }),
        },
        logprobs: null,
        finish_reason: openAiReason(finishReason),
      },
    ],
    ...usageField(usage),
  };
}

/** The same as the chunks of a stream: words, then calls with their arguments in pieces, then the end. */
export function chatChunks(chat: ChatAnswer, { includeUsage }: { readonly includeUsage: boolean }): JsonObject[] {
  const { message, finishReason, usage } = chat.answer;
  const chunk = (delta: JsonObject, finish: string | null = null): JsonObject => ({
    ...envelope(chat, "chat.completion.chunk"),
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    // OpenAI sends `usage: null` with every chunk before the last when usage was asked for.
    ...(includeUsage && { usage: null }),
  });
  const chunks = [chunk({ role: "assistant", content: "" })];
  for (const words of splitWords(message.reasoning ?? "")) chunks.push(chunk({ reasoning_content: words }));
  for (const words of splitWords(message.content)) chunks.push(chunk({ content: words }));
  for (const [index, call] of toolCalls(message).entries()) {
    const {
      id,
      type,
      function: { name, arguments: text },
    } = call;
    chunks.push(chunk({ tool_calls: [{ index, id, type, function: { name, arguments: "" } }] }));
    for (const piece of text.match(/[^]{1,32}/gu) ?? []) {
      chunks.push(chunk({ tool_calls: [{ index, function: { arguments: piece } }] }));
    }
  }
  chunks.push(chunk({}, openAiReason(finishReason)));
  if (includeUsage) chunks.push({ ...envelope(chat, "chat.completion.chunk"), choices: [], ...usageField(usage) });
  return chunks;
}

/** Status, headers and body that tell a client what went wrong, the OpenAI way. */
export function chatError(error: unknown): { status: number; headers: Record<string, string>; body: JsonObject } {
  if (!(error instanceof AegisError)) {
    return {
      status: 500,
      headers: {},
      body: { error: { message: "The model failed", type: "server_error", code: null } },
    };
  }
  const { status: given, retryAfterMs } = error.details;
  // What the provider behind us answered, if it did: a client must be able to tell 401 from 503.
  const status = typeof given === "number" && given >= 400 && given <= 599 ? given : ERROR_CATALOGUE[error.code].http;
  const type = status === 429 ? "rate_limit_error" : status < 500 ? "invalid_request_error" : "server_error";
  const headers: Record<string, string> =
    typeof retryAfterMs === "number"
      ? { "retry-after": String(Math.ceil(retryAfterMs / 1000)), "retry-after-ms": String(retryAfterMs) }
      : {};
  return { status, headers, body: { error: { message: error.message, type, param: null, code: error.code } } };
}

function envelope({ id, createdAtMs, model }: ChatAnswer, object: string): JsonObject {
  return { id, object, created: Math.floor(createdAtMs / 1000), model };
}

function toolCalls({ toolRequests = [] }: AssistantMessage) {
  return toolRequests.map(({ callId, tool, arguments: given }) => ({
    id: callId,
    type: "function",
    function: { name: tool, arguments: typeof given === "string" ? given : JSON.stringify(given) },
  }));
}

function openAiReason(reason: ModelAnswer["finishReason"]): string {
  const names: Record<ModelAnswer["finishReason"], string> = {
    stop: "stop",
    "tool-calls": "tool_calls",
    length: "length",
    "content-filter": "content_filter",
    error: "stop",
    other: "stop",
  };
  return names[reason];
}

/** Left out where tokens were not told: a client must not read 0. */
function usageField({ inputTokens, outputTokens, cachedInputTokens, reasoningTokens }: Usage): Record<string, Json> {
  if (inputTokens === undefined || outputTokens === undefined) return {};
  return {
    usage: {
      prompt_tokens: inputTokens,
      completion_tokens: outputTokens,
      total_tokens: inputTokens + outputTokens,
      ...(cachedInputTokens !== undefined && { prompt_tokens_details: { cached_tokens: cachedInputTokens } }),
      ...(reasoningTokens !== undefined && { completion_tokens_details: { reasoning_tokens: reasoningTokens } }),
    },
  };
}
