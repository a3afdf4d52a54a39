import type { Message, ObservedSpanEvent } from "../../domain/index.ts";
import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import { normalizeMessages } from "../messages/normalize-messages.ts";
import { objectIn, parseText } from "../messages/parse-text.ts";
import { pick, pickText } from "../messages/pick.ts";

/** What the events of a span add to its attributes. */
export interface EventMessages {
  /** Of the events that hold what spans may hold themselves, where there are such. */
  readonly attributes?: JsonObject;
  readonly input?: readonly Message[];
  readonly output?: readonly Message[];
  readonly finishReason?: string;
  readonly hasMessages: boolean;
}

/** Events that hold today's attributes, or whole prompts and completions. */
const HOLDERS = ["gen_ai.client.inference.operation.details", "gen_ai.content.prompt", "gen_ai.content.completion"];

const ROLES: Readonly<Record<string, string>> = {
  "gen_ai.system.message": "system",
  "gen_ai.user.message": "user",
  "gen_ai.assistant.message": "assistant",
  "gen_ai.tool.message": "tool",
};

const NO_MESSAGES: EventMessages = { hasMessages: false };

/** Messages that the conventions up to 1.36 wrote as span events, one event for each, in their order. */
export function messagesInEvents(events: readonly ObservedSpanEvent[]): EventMessages {
  if (events.length === 0) return NO_MESSAGES;
  const said = events.filter(({ name }) => Object.hasOwn(ROLES, name)).map(messageOf);
  const choices = events.filter(({ name }) => name === "gen_ai.choice");
  const holders = events.filter(({ name }) => HOLDERS.includes(name)).map(bodyOf);
  const input = said.length === 0 ? undefined : normalizeMessages(said, { side: "input" })?.messages;
  const output =
    choices.length === 0 ? undefined : normalizeMessages(choices.map(choiceOf), { side: "output" })?.messages;
  const finishReason = choices.map((event) => pickText(bodyOf(event), ["finish_reason"])).find(Boolean);
  return {
    attributes: Object.fromEntries(holders.flatMap((holder) => Object.entries(holder))),
    ...(input !== undefined && { input }),
    ...(output !== undefined && { output }),
    ...(finishReason !== undefined && { finishReason }),
    hasMessages: input !== undefined || output !== undefined,
  };
}

/** Some write the event's body as attributes, some as one attribute. */
function bodyOf({ attributes }: ObservedSpanEvent): JsonObject {
  const body = objectIn(pick(attributes, ["body", "event_body", "gen_ai.event.content"]));
  return body === undefined ? attributes : { ...attributes, ...body };
}

function messageOf(event: ObservedSpanEvent): JsonObject {
  const body = bodyOf(event);
  const role = pickText(body, ["role", "gen_ai.message.role"]) ?? ROLES[event.name] ?? "user";
  const content = partsIn(pick(body, ["content", "gen_ai.message.content"]));
  const toolCalls = pick(body, ["tool_calls", "gen_ai.message.tool_calls"]);
  const { id } = body;
  return {
    ...body,
    role,
    ...(content !== undefined && { content }),
    ...(toolCalls !== undefined && { tool_calls: parseText(toolCalls) }),
    ...(role === "tool" && id !== undefined && { tool_call_id: id }),
  };
}

function choiceOf(event: ObservedSpanEvent): JsonObject {
  const body = bodyOf(event);
  const message = body["message"] === undefined ? undefined : parseText(body["message"] ?? null);
  if (isJsonObject(message)) return { role: "assistant", ...message };
  const content = message ?? partsIn(pick(body, ["content"]));
  const toolCalls = body["tool_calls"];
  return {
    role: "assistant",
    content: Array.isArray(content) || typeof content === "string" ? content : "",
    ...(toolCalls !== undefined && { tool_calls: parseText(toolCalls) }),
  };
}

/** A content that is a list of parts comes as text. */
function partsIn(content: Json | undefined): Json | undefined {
  const parsed = content === undefined ? undefined : parseText(content);
  return Array.isArray(parsed) && parsed.every(isJsonObject) ? parsed : content;
}
