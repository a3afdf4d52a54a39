import { z } from "zod";
import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import {
  type InspectEvent,
  inspectEventSchema,
  type InspectMessage,
  inspectMessageSchema,
  type InspectSample,
} from "./inspect-schema.ts";
import { priceIfAny } from "./optional-json.ts";
import { type FlatMessage, pairToolResults } from "./pair-tool-results.ts";
import { parseArguments } from "./parse-arguments.ts";
import { parseRecordedTime } from "./parse-recorded-time.ts";
import { readContent } from "./read-chat-messages.ts";
import { parseRow } from "./read-rows.ts";
import { readUsage } from "./read-usage.ts";

/** The sample's conversation; its events say when each message came and what it cost. */
export function readInspectMessages(sample: InspectSample) {
  const attachments = sample.attachments ?? {};
  const events = (sample.events ?? []).flatMap((event) => inspectEventSchema.safeParse(event).data ?? []);
  const messages = messagesOf(sample).map((message) =>
    parseRow(inspectMessageSchema, resolveAttachments(message ?? null, attachments)),
  );
  const calls = modelCalls(messages, events);
  const toolEnds = new Map(
    events
      .filter(({ event, id }) => event === "tool" && id)
      .map((event) => [event.id, parseRecordedTime(event.completed)]),
  );
  const flat = messages.map((message): FlatMessage => {
    if (message.role === "tool") return readResult(message, toolEnds.get(message.tool_call_id) ?? null);
    if (message.role === "assistant") return readAnswer(message, calls.get(message));
    return { role: message.role, content: readContent(message.content), atMs: null };
  });
  const toolNames = events.flatMap(({ tools }) => (tools ?? []).flatMap(({ name }) => name ?? []));
  return { ...pairToolResults(flat, { mayReorder: true }), toolNames: [...new Set(toolNames)] };
}

/** Without messages: what was asked, and the answer. */
function messagesOf({ messages, input, output }: InspectSample): readonly (Json | undefined)[] {
  if (messages && messages.length > 0) return messages;
  const asked =
    typeof input === "string" ? [{ role: "user", content: input }] : Array.isArray(input) ? (input as Json[]) : [];
  const answer = output?.completion ? [{ role: "assistant", content: output.completion }] : [];
  return [...asked, ...answer];
}

/** Long texts stand once beside the sample and are pointed at. */
function resolveAttachments(value: Json, attachments: JsonObject): Json {
  if (typeof value === "string") {
    const [, hash] = /^attachment:\/\/([\da-f]+)$/.exec(value) ?? [];
    return hash === undefined ? value : (attachments[hash] ?? value);
  }
  if (Array.isArray(value)) return value.map((each: Json) => resolveAttachments(each, attachments));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, resolveAttachments(member ?? null, attachments)]),
  );
}

/** The model call behind each answer: by the message's id; in order where no ids are kept but the numbers agree. */
function modelCalls(messages: readonly InspectMessage[], events: readonly InspectEvent[]) {
  const answers = messages.filter((message) => message.role === "assistant" && message.source !== "input");
  const calls = events.filter((event) => event.event === "model" && event.output);
  const byId = new Map(calls.flatMap((call) => idsOf(call).map((id) => [id, call])));
  const hasIds = answers.some((answer) => answer.id && byId.has(answer.id));
  const inOrder = !hasIds && calls.length === answers.length ? calls : [];
  return new Map(
    answers.map((answer, index) => [answer, answer.id ? (byId.get(answer.id) ?? inOrder[index]) : inOrder[index]]),
  );
}

function idsOf(call: InspectEvent): string[] {
  return (call.output?.choices ?? []).flatMap(({ message }) => message?.id ?? []);
}

function readAnswer(message: InspectMessage, call: InspectEvent | undefined): FlatMessage {
  const { content, reasoning } = splitReasoning(message.content);
  const usage = readUsage(call?.output?.usage);
  const { data: cost } = priceIfAny.safeParse(call?.output?.usage?.["total_cost"]);
  const model = message.model ?? call?.output?.model;
  const askedAtMs = parseRecordedTime(call?.timestamp);
  return {
    role: "assistant",
    content,
    calls: (message.tool_calls ?? []).map((each) => ({
      id: each.id,
      tool: each.function,
      arguments: parseArguments(each.arguments),
    })),
    atMs: parseRecordedTime(call?.completed) ?? askedAtMs,
    askedAtMs,
    isFromModel: true,
    costUsd: cost ?? null,
    ...(message.source === "input" && { isContext: true }),
    ...(reasoning && { reasoning }),
    ...(model && { model }),
    ...(usage && { usage }),
  };
}

const reasoningPart = z.looseObject({
  type: z.literal("reasoning"),
  reasoning: z.string().nullish(),
  summary: z.string().nullish(),
});

/** Thinking is a part of the content there; a redacted one shows its summary. */
function splitReasoning(content: Json | undefined): { readonly content: string; readonly reasoning: string } {
  if (!Array.isArray(content)) return { content: readContent(content), reasoning: "" };
  const isReasoning = (part: Json) => reasoningPart.safeParse(part).success;
  const parts: readonly Json[] = content;
  const thoughts = parts.filter(isReasoning).map((part) => {
    const { reasoning, summary } = reasoningPart.parse(part);
    return summary ?? reasoning ?? "";
  });
  return { content: readContent(parts.filter((part) => !isReasoning(part))), reasoning: thoughts.join("\n") };
}

function readResult({ tool_call_id: id, content, error }: InspectMessage, atMs: number | null): FlatMessage {
  const text = readContent(content);
  return {
    role: "tool",
    id,
    content: text === "" && error ? (error.message ?? "") : text,
    isError: Boolean(error),
    atMs,
  };
}
