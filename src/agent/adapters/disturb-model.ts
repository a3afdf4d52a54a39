import {
  APICallError,
  type LanguageModelV4,
  type LanguageModelV4CallOptions,
  type LanguageModelV4GenerateResult,
  type LanguageModelV4StreamPart,
} from "@ai-sdk/provider";
import { equalJson, toJson } from "../../kernel/index.ts";
import type { RunEvent, ToolRequest } from "../../domain/index.ts";
import { errorOf, type FaultError, type ModelReply, textOfArguments } from "../../fault/index.ts";
import { answerFromResult } from "../../model/index.ts";
import type { BoundaryFaults } from "../boundary-faults.ts";
import { contentParts, resultFromEvent, streamFromResult } from "./ai-sdk-result.ts";

/** The same model on a bad day. */
export function disturbModel(model: LanguageModelV4, faults: BoundaryFaults): LanguageModelV4 {
  const answer = async (
    ask: () => Promise<LanguageModelV4GenerateResult>,
  ): Promise<{ result: LanguageModelV4GenerateResult; cut?: { share: number; error: unknown } }> => {
    const disturbance = faults.model();
    if (!disturbance) return { result: await ask() };
    const { delayMs, delayAfterMs, isAsked, outcome, acted } = disturbance;
    if (outcome.kind !== "change") acted();
    await faults.sleep(delayMs);
    const result = isAsked ? await ask() : undefined;
    await faults.sleep(delayAfterMs);
    if (outcome.kind === "hang" || result === undefined) {
      return outcome.kind === "throw" ? Promise.reject(callError(outcome.error)) : faults.hang();
    }
    if (outcome.kind === "throw") throw callError(outcome.error);
    if (outcome.kind === "cut") return { result, cut: { share: outcome.share, error: callError(outcome.error) } };
    if (outcome.kind === "reply") return { result };
    const before = replyOf(result);
    const after = outcome.change(before);
    if (equalJson(toJson(before), toJson(after))) return { result };
    acted();
    return { result: resultOf(after) };
  };
  return {
    specificationVersion: model.specificationVersion,
    provider: model.provider,
    modelId: model.modelId,
    supportedUrls: model.supportedUrls,
    async doGenerate(options) {
      const { result, cut } = await answer(async () => model.doGenerate(options));
      if (cut) throw cut.error;
      return result;
    },
    async doStream(options: LanguageModelV4CallOptions) {
      const { result, cut } = await answer(async () => wholeStream((await model.doStream(options)).stream));
      const parts = streamFromResult(result);
      const shown = cut ? parts.slice(0, Math.max(1, Math.floor((parts.length - 1) * cut.share))) : parts;
      return { stream: ReadableStream.from(cut ? brokenAfter(shown, cut.error) : shown) };
    },
  };
}

async function wholeStream(stream: ReadableStream<LanguageModelV4StreamPart>): Promise<LanguageModelV4GenerateResult> {
  const parts: LanguageModelV4StreamPart[] = [];
  for await (const part of stream) {
    if (part.type === "error") throw part.error instanceof Error ? part.error : new Error(String(part.error));
    parts.push(part);
  }
  return contentParts(parts);
}

async function* brokenAfter(parts: readonly LanguageModelV4StreamPart[], error: unknown) {
  yield* parts;
  throw error;
}

/** As the SDK's own providers throw it: it tells by this class, and by the status, whether to try again. */
function callError(error: FaultError): Error {
  const { message, status, retryAfterMs } = error;
  if (status === undefined) return Object.assign(errorOf(error), { isRetryable: true });
  return new APICallError({
    message,
    url: "",
    requestBodyValues: {},
    statusCode: status,
    ...(retryAfterMs !== undefined && { responseHeaders: { "retry-after-ms": String(retryAfterMs) } }),
  });
}

function replyOf(result: LanguageModelV4GenerateResult): ModelReply {
  const { message, finishReason, usage, model } = answerFromResult(result);
  return {
    text: message.content,
    toolRequests: message.toolRequests ?? [],
    finishReason: finishReason as ModelReply["finishReason"],
    usage,
    ...(model !== undefined && { model }),
  };
}

function resultOf({ text, toolRequests, finishReason, usage, model }: ModelReply): LanguageModelV4GenerateResult {
  const event = {
    message: { role: "assistant", content: text, ...(toolRequests.length > 0 && { toolRequests }) },
    // What the SDK has no word for is told as something else that ended the answer.
    finishReason: finishReason === "refusal" ? "content-filter" : finishReason,
    ...(usage && { usage }),
    ...(model !== undefined && { model }),
  } as RunEvent<"model.returned">;
  const result = resultFromEvent(event);
  return { ...result, content: result.content.map((part) => withText(part, toolRequests)) };
}

/** Arguments that are no JSON reach the agent as the text they are. */
function withText(
  part: LanguageModelV4GenerateResult["content"][number],
  requests: readonly ToolRequest[],
): LanguageModelV4GenerateResult["content"][number] {
  if (part.type !== "tool-call") return part;
  const request = requests.find(({ callId }) => callId === part.toolCallId);
  return request && typeof request.arguments === "string" ? { ...part, input: textOfArguments(request) } : part;
}
