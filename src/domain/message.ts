import type { Json } from "../kernel/index.ts";

/** One call of a tool, as the model asked for it. */
export interface ToolRequest {
  readonly callId: string;
  readonly tool: string;
  /** Parsed arguments; the raw text where the model's JSON was broken. */
  readonly arguments: Json;
}

/** A message of a conversation, in the one form the log keeps. */
export type Message =
  | { readonly role: "system" | "user"; readonly content: string }
  | {
      readonly role: "assistant";
      readonly content: string;
      readonly reasoning?: string;
      readonly toolRequests?: readonly ToolRequest[];
    }
  | {
      readonly role: "tool";
      readonly callId: string;
      readonly tool: string;
      readonly result: Json;
      readonly isError?: boolean;
    };

export type AssistantMessage = Extract<Message, { role: "assistant" }>;

/** Tokens as the provider counted them; undefined is "not told", never 0. */
export interface Usage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly cachedInputTokens?: number;
  readonly reasoningTokens?: number;
}
