import type { JsonObject } from "../../../kernel/index.ts";
import type { ModelReply } from "../../../fault/index.ts";
import type { StreamEvent } from "../event-stream.ts";

/** How one provider writes an answer. `body` is always that of an answer which is not streamed. */
export interface ModelWire {
  read(body: JsonObject): ModelReply;
  /** The body with what differs between the replies; all else stays as the provider wrote it. */
  write(body: JsonObject, change: { readonly before: ModelReply; readonly after: ModelReply }): JsonObject;
  /** undefined for a stream that did not come to its end. */
  fromEvents(events: readonly StreamEvent[]): JsonObject | undefined;
  toEvents(body: JsonObject): StreamEvent[];
}

/** A text in the pieces that a model says it in. */
export function piecesOf(text: string): string[] {
  return text.match(/\s*\S+\s*$|\s*\S+/g) ?? (text === "" ? [] : [text]);
}

export function objectsOf(value: unknown): JsonObject[] {
  return Array.isArray(value)
    ? value.filter((each): each is JsonObject => typeof each === "object" && each !== null)
    : [];
}

export function objectOf(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Tokens as both providers' dialects count them. */
export function usageIn(usage: unknown): {
  readonly usage?: { readonly inputTokens: number; readonly outputTokens: number };
} {
  const given = objectOf(usage);
  const input = given["prompt_tokens"] ?? given["input_tokens"];
  const output = given["completion_tokens"] ?? given["output_tokens"];
  if (typeof input !== "number" || typeof output !== "number") return {};
  return { usage: { inputTokens: input, outputTokens: output } };
}

/** Usage stays as the provider wrote it, or goes. */
export function keepUsage(body: JsonObject, after: ModelReply): JsonObject {
  if (after.usage !== undefined || body["usage"] === undefined) return body;
  const { usage: _, ...rest } = body;
  return rest;
}

/** The arguments of a call where they are JSON. */
export function argumentsIn(text: string): JsonObject | string {
  try {
    const given: unknown = JSON.parse(text);
    return typeof given === "object" && given !== null && !Array.isArray(given) ? (given as JsonObject) : text;
  } catch {
    return text;
  }
}
