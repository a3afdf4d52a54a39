import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
  LanguageModelV4StreamResult,
} from "@ai-sdk/provider";
import { AegisError, type Json, toJson } from "../../kernel/index.ts";
import type { EffectError, NewEvent } from "../../domain/index.ts";
import { answerFromResult, errorToProvider, messagesFromPrompt } from "../../model/index.ts";
import type { Boundary } from "../boundary.ts";
import type { ModelEffect, PartWriter, SlippedMessage } from "../boundary-options.ts";
import { LOGGED_HEADER } from "../model-traffic.ts";
import { retryRateLimits } from "../retry-rate-limits.ts";
import { disturbModel } from "./disturb-model.ts";
import { contentParts, resultFromEvent, streamFromResult } from "./ai-sdk-result.ts";

export type AiSdkModel = LanguageModelV4;

/** Models made here: one that comes back crosses the boundary already. */
const wrapped = new WeakSet<AiSdkModel>();

/** The same model, every call crossing the boundary, once. */
export function wrapModel(given: AiSdkModel, boundary: Boundary): AiSdkModel {
  if (wrapped.has(given)) return given;
  const model = boundary.faults ? disturbModel(given, boundary.faults) : given;
  const crossing: AiSdkModel = {
    specificationVersion: model.specificationVersion,
    provider: model.provider,
    modelId: model.modelId,
    supportedUrls: model.supportedUrls,
    doGenerate: async (options) =>
      boundary.model(generateEffect(model, options, boundary)).catch(async (error: unknown) => {
        throw await providerError(error);
      }),
    doStream: async (options) => streamThrough(model, options, boundary),
  };
  wrapped.add(crossing);
  return crossing;
}

/** The SDK calls again by the kind of error it meets: one from the log must be of the same kind as the one that happened. */
async function providerError(error: unknown): Promise<unknown> {
  if (error instanceof AegisError) return errorToProvider(error, "");
  const { APICallError } = await import("@ai-sdk/provider");
  if (!(error instanceof Error) || error.name !== CALL_ERROR || APICallError.isInstance(error)) return error;
  const { message, status, retryAfterMs } = error as Error & Pick<EffectError, "status" | "retryAfterMs">;
  return new APICallError({
    message,
    url: "",
    requestBodyValues: {},
    ...(status !== undefined && { statusCode: status }),
    ...(retryAfterMs !== undefined && { responseHeaders: { "retry-after-ms": String(retryAfterMs) } }),
    // Without a status the connection broke: the SDK tries that again.
    ...(status === undefined && { isRetryable: true }),
  });
}

const CALL_ERROR = "AI_APICallError";

function generateEffect(
  model: AiSdkModel,
  options: LanguageModelV4CallOptions,
  boundary: Boundary,
): ModelEffect<LanguageModelV4GenerateResult> {
  return {
    ...describeCall(model, options),
    execute: async (_attempt, parts) =>
      retryRateLimits(
        async () => (parts ? streamWhole(model, options, parts) : model.doGenerate(marked(options))),
        boundary.retries,
      ),
    describe: (result) => describeResult(result),
    recall: resultFromEvent,
    extend: (messages) => generateEffect(model, extended(options, messages), boundary),
  };
}

/** Asks for a stream although the agent wants the whole answer: the log gets the parts as they come. */
async function streamWhole(
  model: AiSdkModel,
  options: LanguageModelV4CallOptions,
  parts: PartWriter,
): Promise<LanguageModelV4GenerateResult> {
  const { stream } = await model.doStream(marked(options));
  let hasParts = false;
  try {
    return await collect(stream, (part) => {
      if (part.type === "text-delta") parts.write({ text: part.delta });
      if (part.type === "reasoning-delta") parts.write({ reasoning: part.delta });
      hasParts ||= part.type === "text-delta" || part.type === "reasoning-delta";
    });
  } catch (error) {
    if (hasParts) parts.reset();
    throw error;
  }
}

/** The call with messages put between those of its prompt. */
function extended(
  options: LanguageModelV4CallOptions,
  messages: readonly SlippedMessage[],
): LanguageModelV4CallOptions {
  const prompt = [...options.prompt];
  for (const [index, { after, content }] of messages.entries()) {
    prompt.splice(after + index, 0, { role: "user", content: [{ type: "text", text: content }] });
  }
  return { ...options, prompt };
}

/**
 * Streams parts to the agent as they come; the log gets the whole answer when the stream ends, before the last part is
 * shown. A call answered from the journal is streamed again from the record.
 */
async function streamThrough(
  model: AiSdkModel,
  options: LanguageModelV4CallOptions,
  boundary: Boundary,
): Promise<LanguageModelV4StreamResult> {
  const { readable, writable } = new TransformStream<LanguageModelV4StreamPart, LanguageModelV4StreamPart>();
  const writer = writable.getWriter();
  let isLive = false;
  const whole = boundary.model<LanguageModelV4GenerateResult>({
    ...describeCall(model, options),
    execute: async (_attempt, parts) => {
      isLive = true;
      const { stream } = await retryRateLimits(async () => model.doStream(marked(options)), boundary.retries);
      return collect(stream, (part) => {
        if (part.type === "text-delta") parts?.write({ text: part.delta });
        if (part.type === "reasoning-delta") parts?.write({ reasoning: part.delta });
        return writer.write(part);
      });
    },
    describe: (result) => describeResult(result),
    recall: resultFromEvent,
  });
  const finish = async () => {
    try {
      const result = await whole;
      const parts = streamFromResult(result);
      for (const part of isLive ? parts.slice(-1) : parts) await writer.write(part);
      await writer.close();
    } catch (error) {
      await writer.abort(error).catch(() => undefined);
    }
  };
  void finish();
  return { stream: readable };
}

async function collect(
  stream: ReadableStream<LanguageModelV4StreamPart>,
  show: (part: LanguageModelV4StreamPart) => Promise<void> | void,
): Promise<LanguageModelV4GenerateResult> {
  const parts: LanguageModelV4StreamPart[] = [];
  // By hand: a loop over the stream itself takes three times as many promises, for every token there is.
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const part = next.value;
      if (part.type === "error") throw part.error instanceof Error ? part.error : new Error(String(part.error));
      parts.push(part);
      const shown = part.type === "finish" ? undefined : show(part);
      if (shown) await shown;
    }
  } catch (error) {
    await reader.cancel(error).catch(() => undefined);
    throw error;
  }
  return contentParts(parts);
}

function describeCall(model: AiSdkModel, options: LanguageModelV4CallOptions) {
  const { temperature, topP, topK, maxOutputTokens, seed, stopSequences, toolChoice } = options;
  return {
    provider: model.provider,
    model: model.modelId,
    prompt: messagesFromPrompt(options.prompt),
    toolNames: (options.tools ?? []).map((tool) => tool.name),
    settings: toJson({ temperature, topP, topK, maxOutputTokens, seed, stopSequences, toolChoice }) as Record<
      string,
      Json
    >,
  };
}

function describeResult(result: LanguageModelV4GenerateResult): Partial<NewEvent<"model.returned">> {
  const answer = answerFromResult(result);
  return {
    message: answer.message,
    finishReason: answer.finishReason,
    usage: answer.usage,
    ...(answer.model !== undefined && { model: answer.model }),
    ...(hasProviderDetails(result.content) && { content: toJson(result.content) }),
  };
}

/** Provider metadata (reasoning signatures, files, sources) is needed to send a recorded answer back to its provider. */
function hasProviderDetails(content: readonly LanguageModelV4Content[]): boolean {
  const plain = new Set(["text", "reasoning", "tool-call"]);
  return content.some(
    (part) => !plain.has(part.type) || ("providerMetadata" in part && part.providerMetadata !== undefined),
  );
}

function marked(options: LanguageModelV4CallOptions): LanguageModelV4CallOptions {
  return { ...options, headers: { ...options.headers, [LOGGED_HEADER]: "1" } };
}
