import type { JsonObject } from "../../kernel/index.ts";
import { splitWords } from "../ai-sdk-answer.ts";
import type { ModelAnswer } from "../language-model.ts";
import { argumentsText, piecesOf, type ServedAnswer } from "./served-format.ts";

/** The body of an Anthropic message. */
export function messageBody(given: ServedAnswer): JsonObject {
  const { usage, finishReason } = given.answer;
  return {
    ...head(given),
    content: blocksOf(given.answer).map(({ block }) => block),
    stop_reason: REASONS[finishReason],
    usage: { input_tokens: usage.inputTokens === undefined ? null : freshTokens(usage), ...restOfUsage(usage) },
  };
}

export interface MessageEvent extends JsonObject {
  readonly type: string;
}

/** The same as the events of a stream. */
export function messageEvents(given: ServedAnswer): MessageEvent[] {
  const { content: _content, stop_reason: reason, usage, ...begun } = messageBody(given);
  return [
    { type: "message_start", message: { ...begun, content: [], stop_reason: null, usage } },
    ...blocksOf(given.answer).flatMap(({ opened, deltas }, index) => [
      { type: "content_block_start", index, content_block: opened },
      ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
      { type: "content_block_stop", index },
    ]),
    { type: "message_delta", delta: { stop_reason: reason, stop_sequence: null }, usage },
    { type: "message_stop" },
  ];
}

/** One block of the content: whole, as a stream opens it, and what it grows by. */
interface Block {
  readonly block: JsonObject;
  readonly opened: JsonObject;
  readonly deltas: readonly JsonObject[];
}

function blocksOf({ message }: ModelAnswer): Block[] {
  const { content, reasoning, toolRequests = [] } = message;
  return [
    ...(reasoning === undefined ? [] : [thinkingBlock(reasoning)]),
    ...(content === "" ? [] : [textBlock(content)]),
    ...toolRequests.map(({ callId, tool, arguments: given }): Block => {
      const open = { type: "tool_use", id: callId, name: tool };
      return {
        block: { ...open, input: given },
        opened: { ...open, input: {} },
        deltas: piecesOf(argumentsText(given)).map((piece) => ({ type: "input_json_delta", partial_json: piece })),
      };
    }),
  ];
}

function textBlock(text: string): Block {
  return {
    block: { type: "text", text, citations: null },
    opened: { type: "text", text: "", citations: null },
    deltas: splitWords(text).map((words) => ({ type: "text_delta", text: words })),
  };
}

/** A signature proves to the provider that it thought so itself; nobody asks for it here. */
function thinkingBlock(thinking: string): Block {
  return {
    block: { type: "thinking", thinking, signature: "" },
    opened: { type: "thinking", thinking: "", signature: "" },
    deltas: splitWords(thinking).map((words) => ({ type: "thinking_delta", thinking: words })),
  };
}

function head({ number, model }: ServedAnswer): JsonObject {
  return { id: `msg_${number}`, type: "message", role: "assistant", model, stop_sequence: null };
}

const REASONS: Readonly<Record<ModelAnswer["finishReason"], string>> = {
  stop: "end_turn",
  "tool-calls": "tool_use",
  length: "max_tokens",
  "content-filter": "refusal",
  error: "end_turn",
  other: "end_turn",
};

/** Anthropic counts what came from its cache beside the input, not within it. */
function freshTokens({ inputTokens = 0, cachedInputTokens = 0 }: ModelAnswer["usage"]): number {
  return Math.max(0, inputTokens - cachedInputTokens);
}

/** Null where tokens were not told: a client must find the field, and must not read 0. */
function restOfUsage({ outputTokens, cachedInputTokens }: ModelAnswer["usage"]): JsonObject {
  return {
    output_tokens: outputTokens ?? null,
    cache_read_input_tokens: cachedInputTokens ?? null,
    cache_creation_input_tokens: null,
  };
}
