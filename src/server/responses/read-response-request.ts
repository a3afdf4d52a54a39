import { z } from "zod";
import { AegisError, explainIssues, isJsonObject, type JsonObject, LIMITS, toJson } from "../../kernel/index.ts";
import { readApprovalRequestId, runIdOf } from "./response-ids.ts";

/** What a client of the Responses API asks for, after the check that nothing it wants is left out. */
export interface ResponseRequest {
  readonly agent: string;
  readonly ask: ResponseAsk;
  /** The run to go on from, and what the client called it. */
  readonly previous: { readonly runId: string; readonly responseId: string } | undefined;
  /** A session by its id. */
  readonly conversation: string | undefined;
  readonly isBackground: boolean;
  readonly isStream: boolean;
  readonly metadata: JsonObject;
}

export type ResponseAsk =
  | { readonly kind: "message"; readonly text: string }
  | { readonly kind: "decide"; readonly runId: string; readonly decisions: readonly ResponseDecision[] };

export interface ResponseDecision {
  readonly effect: number;
  readonly isApproved: boolean;
}

/** They ask for nothing that could change an answer, or for what is so in any case. */
const HARMLESS = new Set([
  "include",
  "prompt_cache_key",
  "prompt_cache_options",
  "prompt_cache_retention",
  "safety_identifier",
  "service_tier",
  "stream_options",
  "user",
]);

/** Parameters that may be said as long as they say what is so in any case. */
const HARMLESS_VALUES: Readonly<Record<string, (value: unknown) => boolean>> = {
  store: (value) => value === true,
  tools: (value) => Array.isArray(value) && value.length === 0,
  tool_choice: (value) => value === "auto",
  parallel_tool_calls: (value) => value === true,
  truncation: (value) => value === "disabled",
  instructions: (value) => value === "",
  text: (value) => {
    const given = toJson(value);
    if (!isJsonObject(given)) return false;
    const { format, ...others } = given;
    const isPlain = format === undefined || (isJsonObject(format) && format["type"] === "text");
    return isPlain && Object.keys(others).length === 0;
  },
};

const READ = new Set(["model", "input", "previous_response_id", "conversation", "background", "stream", "metadata"]);

const requestSchema = z.looseObject({
  model: z.string().min(1).max(200),
  input: z.union([
    z.string(),
    z
      .array(z.looseObject({ type: z.string().optional() }))
      .min(1)
      .max(1_000),
  ]),
  previous_response_id: z.string().nullish(),
  conversation: z.union([z.string(), z.strictObject({ id: z.string() })]).nullish(),
  background: z.boolean().nullish(),
  stream: z.boolean().nullish(),
  metadata: z.record(z.string().max(64), z.string().max(512)).nullish(),
});

/** @throws {AegisError} "request.invalid", "responses.unsupported_parameter", "run.not_found"; `details.param` names the field */
export function readResponseRequest(body: unknown): ResponseRequest {
  const parsed = requestSchema.safeParse(body);
  if (!parsed.success) {
    const { text, place } = explainIssues({ schema: requestSchema, value: body, issues: parsed.error.issues });
    throw new AegisError("request.invalid", text, { details: { param: place.map(String).join(".") } });
  }
  refuseUnsupported(parsed.data);
  const { model, input, previous_response_id: previous, conversation, background, stream, metadata } = parsed.data;
  if (previous && conversation)
    throw unsupported("conversation", "give `previous_response_id` or `conversation`, not both");
  if (metadata && Object.keys(metadata).length > 16) throw unsupported("metadata", "at most 16 pairs are kept");
  return {
    agent: model,
    ask: askOf(input),
    previous: previous ? { runId: knownRunId(previous, "previous_response_id"), responseId: previous } : undefined,
    conversation: conversation ? (typeof conversation === "string" ? conversation : conversation.id) : undefined,
    isBackground: background === true,
    isStream: stream === true,
    metadata: { ...metadata },
  };
}

/** @throws {AegisError} "run.not_found" for a text that can name no response */
export function knownRunId(id: string, param = "response_id"): string {
  const runId = runIdOf(id);
  if (runId !== undefined) return runId;
  throw new AegisError("run.not_found", `There is no response ${id.slice(0, 100)}`, { details: { param } });
}

function refuseUnsupported(body: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(body)) {
    if (value === null || value === undefined || READ.has(name) || HARMLESS.has(name)) continue;
    if (HARMLESS_VALUES[name]?.(value)) continue;
    if (name === "store") throw unsupported(name, "every run is kept; DELETE the response when it is no longer needed");
    if (name === "tools") throw unsupported(name, "an agent's tools run on the server and are part of its definition");
    throw unsupported(name, `\`${name.slice(0, 64)}\` is settled by the agent's definition`);
  }
}

function unsupported(param: string, why: string): AegisError {
  return new AegisError("responses.unsupported_parameter", why, { details: { param: param.slice(0, 64) } });
}

type InputItem = Readonly<Record<string, unknown>>;

function askOf(input: string | readonly InputItem[]): ResponseAsk {
  const ask = typeof input === "string" ? saying([input]) : askOfItems(input);
  if (ask.kind === "message" && ask.text.length > LIMITS.messageCharactersMax) {
    const details = { param: "input", charactersMax: LIMITS.messageCharactersMax };
    throw new AegisError("request.invalid", "input: the message is too long", { details });
  }
  return ask;
}

function askOfItems(items: readonly InputItem[]): ResponseAsk {
  if (items.every(({ type }) => type === "mcp_approval_response")) return decisionsOf(items);
  return saying(items.map(userText));
}

function saying(texts: readonly string[]): ResponseAsk {
  const text = texts.join("\n\n");
  if (text.trim() === "")
    throw new AegisError("request.invalid", "input: holds no text", { details: { param: "input" } });
  return { kind: "message", text };
}

/** The conversation is kept here: what is sent is what is new. */
function userText(item: InputItem): string {
  const { type = "message", role, content } = item;
  if (type !== "message") throw unsupported("input", `items of type ${String(type).slice(0, 64)} are not read`);
  if (role !== "user") {
    const why = "only new user messages are read: the conversation so far is kept, name it with `previous_response_id`";
    throw unsupported("input", why);
  }
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) throw unsupported("input", "a message's content is a text or a list of parts");
  return content.map(partText).join("\n");
}

function partText(part: unknown): string {
  const given = toJson(part);
  if (isJsonObject(given) && given["type"] === "input_text" && typeof given["text"] === "string") return given["text"];
  throw unsupported("input", "only parts of type input_text are read");
}

function decisionsOf(items: readonly InputItem[]): ResponseAsk {
  const decided = items.map(({ approval_request_id: id, approve }) => {
    const about = typeof id === "string" ? readApprovalRequestId(id) : undefined;
    if (about === undefined || typeof approve !== "boolean") {
      throw new AegisError("request.invalid", "input: an approval response names no request of a response", {
        details: { param: "input" },
      });
    }
    return { ...about, isApproved: approve };
  });
  const runId = decided[0]?.runId ?? "";
  if (decided.some((one) => one.runId !== runId)) throw unsupported("input", "decide on one response at a time");
  return { kind: "decide", runId, decisions: decided.map(({ effect, isApproved }) => ({ effect, isApproved })) };
}
