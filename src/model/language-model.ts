import type { AssistantMessage, Message, Usage } from "../domain/index.ts";
import type { JsonObject } from "../kernel/index.ts";

/** The port: ask a language model. Adapters: any AI SDK provider, scripted, replay. */
export interface LanguageModel {
  readonly provider: string;
  readonly id: string;
  /** @throws {AegisError} "model.*": a failure of the model is never the agent's failure */
  generate(request: ModelRequest): Promise<ModelAnswer>;
}

export interface ModelRequest {
  readonly messages: readonly Message[];
  readonly tools?: readonly ToolSchema[];
  /** temperature, topP, maxOutputTokens, seed, responseFormat: passed on as they are. */
  readonly settings?: JsonObject;
  readonly signal?: AbortSignal;
}

export interface ToolSchema {
  readonly name: string;
  readonly description?: string;
  /** JSON schema of the arguments object. */
  readonly parameters: JsonObject;
}

export interface ModelAnswer {
  readonly message: AssistantMessage;
  readonly finishReason: "stop" | "tool-calls" | "length" | "content-filter" | "error" | "other";
  readonly usage: Usage;
  /** The model that really answered, where it differs from what was asked for. */
  readonly model?: string;
}
