import type { LanguageModelV4, LanguageModelV4CallOptions } from "@ai-sdk/provider";
import type { JsonObject } from "../kernel/index.ts";
import { answerFromResult } from "./ai-sdk-answer.ts";
import { errorFromProvider } from "./ai-sdk-error.ts";
import { promptFromMessages } from "./ai-sdk-messages.ts";
import type { LanguageModel, ModelRequest } from "./language-model.ts";

/** Any AI SDK provider's model, behind our port. It does not repeat by itself: see `withRetries`. */
export function fromAiSdkModel(model: LanguageModelV4): LanguageModel {
  return {
    provider: model.provider,
    id: model.modelId,
    async generate(request) {
      try {
        return answerFromResult(await model.doGenerate(callFromRequest(request)));
      } catch (error) {
        if (request.signal?.aborted) throw error;
        throw errorFromProvider(error, { provider: model.provider, id: model.modelId });
      }
    },
  };
}

/** The way back of `requestFromCall`. */
export function callFromRequest({
  messages,
  tools = [],
  settings = {},
  signal,
}: ModelRequest): LanguageModelV4CallOptions {
  return {
    ...callSettings(settings),
    prompt: promptFromMessages(messages),
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, parameters }) => ({
        type: "function" as const,
        name,
        ...(description !== undefined && { description }),
        inputSchema: structuredClone(parameters) as never,
      })),
    }),
    ...(signal && { abortSignal: signal }),
  };
}

const SETTING_NAMES: readonly (keyof LanguageModelV4CallOptions)[] = [
  "maxOutputTokens",
  "temperature",
  "stopSequences",
  "topP",
  "topK",
  "presencePenalty",
  "frequencyPenalty",
  "responseFormat",
  "seed",
  "toolChoice",
  "reasoning",
  "providerOptions",
];

/** Only the settings the SDK knows: a log may hold others. */
function callSettings(settings: JsonObject): Omit<LanguageModelV4CallOptions, "prompt"> {
  const known = SETTING_NAMES.filter((name) => settings[name] !== undefined).map((name) => [name, settings[name]]);
  return Object.fromEntries(known) as Omit<LanguageModelV4CallOptions, "prompt">;
}
