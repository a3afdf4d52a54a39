import type { z } from "zod";
import { AegisError, ERROR_CATALOGUE, isJsonObject, type Json, type JsonObject, toJson } from "../../kernel/index.ts";
import type { ModelAnswer, ModelRequest, ToolSchema } from "../language-model.ts";
import type { Message } from "../../domain/index.ts";

/** One kind of API, served. */
export interface ServedFormat {
  /** Where its calls are posted to, below any prefix. */
  readonly path: string;
  /** @throws {AegisError} "model.bad_request", naming the field */
  read(body: unknown): ServedRequest;
  body(answer: ServedAnswer): JsonObject;
  /** The same as the frames of an event stream. */
  frames(answer: ServedAnswer): string[];
  failure(error: unknown): ServedFailure;
}

export interface ServedRequest {
  /** As it was sent, with all that it refers to. */
  readonly body: JsonObject;
  /** The model asked for, "" when none. */
  readonly model: string;
  readonly isStream: boolean;
  readonly request: ModelRequest;
}

export interface ServedAnswer {
  readonly asked: ServedRequest;
  /** From 1, in the order the answers were given. */
  readonly number: number;
  readonly createdAtMs: number;
  readonly model: string;
  readonly answer: ModelAnswer;
}

export interface ServedFailure {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

/** Holds a body to its schema. @throws {AegisError} "model.bad_request" */
export function checkedBody<Body>(schema: z.ZodType<Body>, body: unknown, what: string): Body {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw badRequest(what, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "is wrong"}`);
}

export function badRequest(what: string, why: string): AegisError {
  return new AegisError("model.bad_request", `Bad ${what} request: ${why}`);
}

export function modelRequest(read: {
  readonly messages: readonly Message[];
  readonly tools: readonly ToolSchema[];
  readonly settings: JsonObject;
}): ModelRequest {
  const { messages, tools, settings } = read;
  return { messages, ...(tools.length > 0 && { tools }), ...(Object.keys(settings).length > 0 && { settings }) };
}

/** A provider's names of the settings in ours; what has no name with us is left out. */
export function settingsOf(
  given: JsonObject,
  names: readonly (readonly [theirs: string, ours: string])[],
): Record<string, Json> {
  const settings: Record<string, Json> = {};
  for (const [theirs, ours] of names) {
    const value = given[theirs];
    if (value !== undefined && value !== null) settings[ours] = toJson(value);
  }
  return settings;
}

/** OpenAI's wish for JSON, as ours. */
export function responseFormatOf(format: JsonObject): Json {
  if (format["type"] === "text") return { type: "text" };
  // Chat completions wrap the schema once more than Responses do.
  const { schema, name, description } = isJsonObject(format["json_schema"]) ? format["json_schema"] : format;
  return { type: "json", schema, name, description };
}

/** Arguments as a model writes them: a text is what was left of broken JSON. */
export function argumentsText(given: Json): string {
  return typeof given === "string" ? given : JSON.stringify(given);
}

/** A text in the pieces that a model would stream. */
export function piecesOf(text: string): string[] {
  return text.match(/[^]{1,32}/gu) ?? [];
}

/** What every provider tells of a failure, before its own form. */
export function failureOf(error: unknown) {
  if (!(error instanceof AegisError)) {
    return { status: 500, headers: {}, message: "The model failed", code: null };
  }
  const { status: given, retryAfterMs } = error.details;
  // What the provider behind us answered, if it did: a client must be able to tell 401 from 503.
  const status = typeof given === "number" && given >= 400 && given <= 599 ? given : ERROR_CATALOGUE[error.code].http;
  const headers: Record<string, string> =
    typeof retryAfterMs === "number"
      ? { "retry-after": String(Math.ceil(retryAfterMs / 1000)), "retry-after-ms": String(retryAfterMs) }
      : {};
  return { status, headers, message: error.message, code: error.code };
}

/** The body that OpenAI's APIs and all that resemble them fail with. */
export function openAiFailure(error: unknown): ServedFailure {
  const { status, headers, message, code } = failureOf(error);
  const type = status === 429 ? "rate_limit_error" : status < 500 ? "invalid_request_error" : "server_error";
  return { status, headers, body: { error: { message, type, param: null, code } } };
}
