import type { LanguageModelV4, LanguageModelV4CallOptions } from "@ai-sdk/provider";
import { isJsonObject, type JsonObject, toJson } from "../kernel/index.ts";
import { errorToProvider } from "./ai-sdk-error.ts";
import { resultFromAnswer, streamPartsFromAnswer } from "./ai-sdk-answer.ts";
import { messagesFromPrompt } from "./ai-sdk-messages.ts";
import type { LanguageModel, ModelRequest, ToolSchema } from "./language-model.ts";

/** A model of ours as an AI SDK model, for `generateText`, `streamText` and agents. */
export function toAiSdkModel(model: LanguageModel): LanguageModelV4 {
  const ask = async (options: LanguageModelV4CallOptions) => {
    try {
      return await model.generate(requestFromCall(options));
    } catch (error) {
      throw await errorToProvider(error, `aegis:${model.provider}/${model.id}`);
    }
  };
  return {
    specificationVersion: "v4",
    provider: model.provider,
    modelId: model.id,
    supportedUrls: {},
    doGenerate: async (options) => resultFromAnswer(await ask(options)),
    doStream: async (options) => ({ stream: ReadableStream.from(streamPartsFromAnswer(await ask(options))) }),
  };
}

/** What an AI SDK call asks for, in the form the log keeps. */
export function requestFromCall(options: LanguageModelV4CallOptions): ModelRequest {
  const tools = toolSchemasOf(options);
  const settings = settingsOf(options);
  return {
    messages: messagesFromPrompt(options.prompt),
    ...(tools.length > 0 && { tools }),
    ...(Object.keys(settings).length > 0 && { settings }),
    ...(options.abortSignal && { signal: options.abortSignal }),
  };
}

function toolSchemasOf({ tools = [] }: LanguageModelV4CallOptions): ToolSchema[] {
  return tools.map((tool) => {
    // A tool that the provider itself runs has no schema that we could see.
    if (tool.type === "provider") return { name: tool.name, description: `run by ${tool.id}`, parameters: {} };
    const parameters = toJson(tool.inputSchema);
    return {
      name: tool.name,
      ...(tool.description !== undefined && { description: tool.description }),
      parameters: isJsonObject(parameters) ? parameters : {},
    };
  });
}

function settingsOf(options: LanguageModelV4CallOptions): JsonObject {
  // Headers may hold keys and never become a setting; the rest is not a setting.
  const { prompt: _prompt, tools: _tools, abortSignal: _signal, headers: _headers, ...settings } = options;
  const { includeRawChunks: _raw, ...kept } = settings;
  const json = toJson(kept);
  return isJsonObject(json) ? json : {};
}
