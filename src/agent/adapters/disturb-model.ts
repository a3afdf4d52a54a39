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
import type { BoundaryFaults } from "../faults/boundary-faults.ts";
import { contentParts, resultFromEvent, streamFromResult } from "./ai-sdk-result.ts";

type Result = LanguageModelV4GenerateResult;
type Part = LanguageModelV4StreamPart;

/** The same model on a bad day. A call that nothing happens to is passed on as it is. */
export function disturbModel(model: LanguageModelV4, faults: BoundaryFaults): LanguageModelV4 {
  return {
    specificationVersion: model.specificationVersion,
    provider: model.provider,
    modelId: model.modelId,
    supportedUrls: model.supportedUrls,
    async doGenerate(options: LanguageModelV4CallOptions) {
      const disturbance = faults.model();
      if (!disturbance) return model.doGenerate(options);
      const result = await beginDisturbed(disturbance, faults, async () => model.doGenerate(options));
      if (disturbance.outcome.kind === "cut") throw callError(disturbance.outcome.error);
      const shown = changed(result, disturbance);
      await faults.sleep(paceMs(shown.content, disturbance));
      return shown;
    },
    async doStream(options: LanguageModelV4CallOptions) {
      const disturbance = faults.model();
      if (!disturbance) return model.doStream(options);
      const { outcome } = disturbance;
      const given = await beginDisturbed(disturbance, faults, async () => model.doStream(options));
      if (outcome.kind === "reply") return { ...given, stream: paced(given.stream, disturbance, faults) };
      // What is changed or cut short is known when all of it has come.
      const result = changed(await wholeStream(given.stream), disturbance);
      const parts = streamFromResult(result);
      if (outcome.kind !== "cut") return { stream: ReadableStream.from(parts) };
      const shown = parts.slice(0, Math.max(1, Math.floor((parts.length - 1) * outcome.share)));
      return { stream: ReadableStream.from(brokenAfter(shown, callError(outcome.error))) };
    },
  };
}

type Disturbance = NonNullable<ReturnType<BoundaryFaults["model"]>>;

/** Up to where the model has answered; a fault that ends the call ends it here. */
async function beginDisturbed<Answer>(
  { delayMs, delayAfterMs, isAsked, outcome, acted }: Disturbance,
  faults: BoundaryFaults,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  // Whether a change changes anything is known when there is something to change.
  if (outcome.kind !== "change") acted();
  await faults.sleep(delayMs);
  const answer = isAsked ? await ask() : undefined;
  await faults.sleep(delayAfterMs);
  if (outcome.kind === "throw") throw callError(outcome.error);
  return outcome.kind === "hang" || answer === undefined ? faults.hang() : answer;
}

function changed(result: Result, { outcome, acted }: Disturbance): Result {
  if (outcome.kind !== "change") return result;
  const before = replyOf(result);
  const after = outcome.change(before);
  if (equalJson(toJson(before), toJson(after))) return result;
  acted();
  return resultOf(after);
}

/** How long this takes to come at the pace of the fault. */
function paceMs(shown: unknown, { bytesPerSecond }: Disturbance): number {
  return bytesPerSecond === undefined ? 0 : (JSON.stringify(shown).length / bytesPerSecond) * 1000;
}

function paced(stream: ReadableStream<Part>, disturbance: Disturbance, faults: BoundaryFaults): ReadableStream<Part> {
  if (disturbance.bytesPerSecond === undefined) return stream;
  return stream.pipeThrough(
    new TransformStream<Part, Part>({
      async transform(part, controller) {
        if ("delta" in part) await faults.sleep(paceMs(part.delta, disturbance));
        controller.enqueue(part);
      },
    }),
  );
}

async function wholeStream(stream: ReadableStream<Part>): Promise<Result> {
  const parts: Part[] = [];
  for await (const part of stream) {
    if (part.type === "error") throw part.error instanceof Error ? part.error : new Error(String(part.error));
    parts.push(part);
  }
  return contentParts(parts);
}

async function* brokenAfter(parts: readonly Part[], error: unknown) {
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
