import type { AssistantMessage, Usage } from "../domain/index.ts";
import { isJsonObject, type Json, type JsonObject } from "../kernel/index.ts";
import { splitWords } from "./ai-sdk-answer.ts";
import { readChatRequest } from "./chat-request.ts";
import type { ModelAnswer } from "./language-model.ts";
import { argumentsText, openAiFailure, piecesOf, type ServedAnswer, type ServedFormat } from "./wire/served-format.ts";

/** OpenAI chat completions, served. */
export const servedChat: ServedFormat = {
  path: "/chat/completions",
  read: readChatRequest,
  body: chatCompletion,
  frames: (answer) => [...chatChunks(answer).map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`), "data: [DONE]\n\n"],
  failure: openAiFailure,
};

/** The body of an OpenAI chat completion. */
function chatCompletion(chat: ServedAnswer): JsonObject {
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
function chatChunks(chat: ServedAnswer): JsonObject[] {
  const { stream_options: options } = chat.asked.body;
  const includeUsage = isJsonObject(options) && options["include_usage"] === true;
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
    for (const piece of piecesOf(text)) {
      chunks.push(chunk({ tool_calls: [{ index, function: { arguments: piece } }] }));
    }
  }
  chunks.push(chunk({}, openAiReason(finishReason)));
  if (includeUsage) chunks.push({ ...envelope(chat, "chat.completion.chunk"), choices: [], ...usageField(usage) });
  return chunks;
}

function envelope({ number, createdAtMs, model }: ServedAnswer, object: string): JsonObject {
  return { id: `chatcmpl-${number}`, object, created: Math.floor(createdAtMs / 1000), model };
}

function toolCalls({ toolRequests = [] }: AssistantMessage) {
  return toolRequests.map(({ callId, tool, arguments: given }) => ({
    id: callId,
    type: "function",
    function: { name: tool, arguments: argumentsText(given) },
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
