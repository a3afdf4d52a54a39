import type {
  LanguageModelV4FinishReason,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
} from "@ai-sdk/provider";
import type { ToolRequest, Usage } from "../domain/index.ts";
import { assistantMessage, parseArguments } from "./ai-sdk-messages.ts";
import type { ModelAnswer } from "./language-model.ts";

/** What an AI SDK model returned, in the form the log keeps. */
export function answerFromResult(
  result: Pick<LanguageModelV4GenerateResult, "content" | "finishReason" | "usage" | "response">,
): ModelAnswer {
  let text = "";
  let reasoning = "";
  const toolRequests: ToolRequest[] = [];
  for (const part of result.content) {
    if (part.type === "text") text += part.text;
    else if (part.type === "reasoning") reasoning += part.text;
    else if (part.type === "tool-call") {
      toolRequests.push({ callId: part.toolCallId, tool: part.toolName, arguments: parseArguments(part.input) });
    }
  }
  return {
    message: assistantMessage({ text, reasoning, toolRequests }),
    finishReason: ourReason(result.finishReason),
    usage: usageFrom(result.usage),
    ...(result.response?.modelId !== undefined && { model: result.response.modelId }),
  };
}

/** The same for a whole stream, from its parts in order; a stream without an end has the reason "error". */
export function answerFromStreamParts(parts: readonly LanguageModelV4StreamPart[]): ModelAnswer {
  const content: LanguageModelV4GenerateResult["content"] = [];
  let end: Extract<LanguageModelV4StreamPart, { type: "finish" }> | undefined;
  let modelId: string | undefined;
  for (const part of parts) {
    if (part.type === "text-delta") content.push({ type: "text", text: part.delta });
    else if (part.type === "reasoning-delta") content.push({ type: "reasoning", text: part.delta });
    else if (part.type === "tool-call") content.push(part);
    else if (part.type === "response-metadata") modelId = part.modelId ?? modelId;
    else if (part.type === "finish") end = part;
  }
  return answerFromResult({
    content,
    finishReason: end?.finishReason ?? { unified: "error", raw: undefined },
    usage: end?.usage ?? usageTo({}),
    ...(modelId !== undefined && { response: { modelId } }),
  });
}

/** The way back: an answer of ours as an AI SDK model would return it. */
export function resultFromAnswer(answer: ModelAnswer): LanguageModelV4GenerateResult {
  const { message } = answer;
  return {
    content: [
      ...(message.reasoning === undefined ? [] : [{ type: "reasoning" as const, text: message.reasoning }]),
      ...(message.content === "" ? [] : [{ type: "text" as const, text: message.content }]),
      ...(message.toolRequests ?? []).map((request) => ({
        type: "tool-call" as const,
        toolCallId: request.callId,
        toolName: request.tool,
        // A text is what was left of broken JSON: give back the very same.
        input: typeof request.arguments === "string" ? request.arguments : JSON.stringify(request.arguments),
      })),
    ],
    finishReason: { unified: answer.finishReason, raw: answer.finishReason },
    usage: usageTo(answer.usage),
    ...(answer.model !== undefined && { response: { modelId: answer.model } }),
    warnings: [],
  };
}

/** An answer as the parts of a stream: texts word by word, calls with their input as a delta. */
export function streamPartsFromAnswer(answer: ModelAnswer): LanguageModelV4StreamPart[] {
  const { content, finishReason, usage, response } = resultFromAnswer(answer);
  const parts: LanguageModelV4StreamPart[] = [{ type: "stream-start", warnings: [] }];
  if (response?.modelId !== undefined) parts.push({ type: "response-metadata", modelId: response.modelId });
  for (const [index, part] of content.entries()) {
    const id = String(index);
    if (part.type === "text" || part.type === "reasoning") {
      const { type } = part;
      parts.push({ type: `${type}-start`, id });
      for (const delta of splitWords(part.text)) parts.push({ type: `${type}-delta`, id, delta });
      parts.push({ type: `${type}-end`, id });
    } else if (part.type === "tool-call") {
      parts.push({ type: "tool-input-start", id: part.toolCallId, toolName: part.toolName });
      parts.push({ type: "tool-input-delta", id: part.toolCallId, delta: part.input });
      parts.push({ type: "tool-input-end", id: part.toolCallId }, part);
    }
  }
  parts.push({ type: "finish", finishReason, usage });
  return parts;
}

export function splitWords(text: string): string[] {
  return text.match(/\s*\S+\s*$|\s*\S+/g) ?? (text === "" ? [] : [text]);
}

function ourReason({ unified }: LanguageModelV4FinishReason): ModelAnswer["finishReason"] {
  return unified === "interrupted" ? "error" : unified;
}

function usageFrom({ inputTokens, outputTokens }: LanguageModelV4Usage): Usage {
  return {
    ...(inputTokens.total !== undefined && { inputTokens: inputTokens.total }),
    ...(outputTokens.total !== undefined && { outputTokens: outputTokens.total }),
    ...(inputTokens.cacheRead !== undefined && { cachedInputTokens: inputTokens.cacheRead }),
    ...(outputTokens.reasoning !== undefined && { reasoningTokens: outputTokens.reasoning }),
  };
}

function usageTo(usage: Usage): LanguageModelV4Usage {
  const { inputTokens: input, outputTokens: output, cachedInputTokens: cached, reasoningTokens: reasoning } = usage;
  return {
    inputTokens: {
      total: input,
      noCache: input === undefined || cached === undefined ? undefined : input - cached,
      cacheRead: cached,
      cacheWrite: undefined,
    },
    outputTokens: {
      total: output,
      text: output === undefined || reasoning === undefined ? undefined : output - reasoning,
      reasoning,
    },
  };
}
