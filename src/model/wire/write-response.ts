import type { JsonObject } from "../../kernel/index.ts";
import { splitWords } from "../ai-sdk-answer.ts";
import type { ModelAnswer } from "../language-model.ts";
import { argumentsText, piecesOf, type ServedAnswer } from "./served-format.ts";

/** The body of an OpenAI response. */
export function responseBody(given: ServedAnswer): JsonObject {
  const { finishReason, usage } = given.answer;
  const reason = INCOMPLETE_REASONS[finishReason] ?? null;
  return {
    ...head(given),
    status: reason === null ? "completed" : "incomplete",
    incomplete_details: reason === null ? null : { reason },
    output: piecesOfOutput(given).map(({ item }) => item),
    usage: usageBody(usage),
  };
}

export interface ResponseEvent extends JsonObject {
  readonly type: string;
}

/** The same as the events of a stream: each item opens, grows and closes, then the whole response comes once more. */
export function responseEvents(given: ServedAnswer): ResponseEvent[] {
  const events: ResponseEvent[] = [];
  const emit = (type: string, fields: JsonObject) =>
    void events.push({ type: `response.${type}`, sequence_number: events.length, ...fields });
  const whole = responseBody(given);
  const begun = { ...whole, status: "in_progress", incomplete_details: null, output: [], usage: null };
  emit("created", { response: begun });
  emit("in_progress", { response: begun });
  for (const [index, { item, opened, grow }] of piecesOfOutput(given).entries()) {
    emit("output_item.added", { output_index: index, item: opened });
    for (const { type, ...fields } of grow) emit(type, { item_id: item["id"], output_index: index, ...fields });
    emit("output_item.done", { output_index: index, item });
  }
  emit(whole["status"] === "completed" ? "completed" : "incomplete", { response: whole });
  return events;
}

/** One item of the output: whole, as a stream opens it, and the events in which it grows. */
interface OutputPiece {
  readonly item: JsonObject;
  readonly opened: JsonObject;
  readonly grow: readonly ResponseEvent[];
}

function piecesOfOutput({ number, answer: { message } }: ServedAnswer): OutputPiece[] {
  const calls = message.toolRequests ?? [];
  // An answer of nothing at all is still a message: the next prompt must show that one was given.
  const isSaid = message.content !== "" || calls.length === 0;
  return [
    ...(message.reasoning === undefined ? [] : [reasoningPiece(`rs_${number}`, message.reasoning)]),
    ...(isSaid ? [messagePiece(`msg_${number}`, message.content)] : []),
    ...calls.map(({ callId, tool, arguments: given }, index): OutputPiece => {
      const text = argumentsText(given);
      const open = { id: `fc_${number}_${index}`, type: "function_call", call_id: callId, name: tool };
      return {
        item: { ...open, arguments: text, status: "completed" },
        opened: { ...open, arguments: "", status: "in_progress" },
        grow: [
          ...piecesOf(text).map((delta) => ({ type: "function_call_arguments.delta", delta })),
          { type: "function_call_arguments.done", name: tool, arguments: text },
        ],
      };
    }),
  ];
}

function messagePiece(id: string, text: string): OutputPiece {
  const open = { id, type: "message", role: "assistant" };
  const part = (said: string) => ({ type: "output_text", text: said, annotations: [], logprobs: [] });
  const place = { content_index: 0 };
  return {
    item: { ...open, status: "completed", content: [part(text)] },
    opened: { ...open, status: "in_progress", content: [] },
    grow: [
      { type: "content_part.added", ...place, part: part("") },
      ...splitWords(text).map((delta) => ({ type: "output_text.delta", ...place, delta, logprobs: [] })),
      { type: "output_text.done", ...place, text, logprobs: [] },
      { type: "content_part.done", ...place, part: part(text) },
    ],
  };
}

function reasoningPiece(id: string, text: string): OutputPiece {
  const part = (said: string) => ({ type: "summary_text", text: said });
  const place = { summary_index: 0 };
  return {
    item: { id, type: "reasoning", summary: [part(text)] },
    opened: { id, type: "reasoning", summary: [] },
    grow: [
      { type: "reasoning_summary_part.added", ...place, part: part("") },
      ...splitWords(text).map((delta) => ({ type: "reasoning_summary_text.delta", ...place, delta })),
      { type: "reasoning_summary_text.done", ...place, text },
      { type: "reasoning_summary_part.done", ...place, part: part(text) },
    ],
  };
}

const INCOMPLETE_REASONS: Readonly<Partial<Record<ModelAnswer["finishReason"], string>>> = {
  length: "max_output_tokens",
  "content-filter": "content_filter",
};

function head({ asked, number, createdAtMs, model }: ServedAnswer): JsonObject {
  const { instructions = null, previous_response_id: previous = null, tools = [], metadata = {} } = asked.body;
  return {
    id: `resp_${number}`,
    object: "response",
    created_at: Math.floor(createdAtMs / 1000),
    error: null,
    instructions,
    metadata,
    model,
    parallel_tool_calls: true,
    previous_response_id: previous,
    temperature: null,
    tool_choice: "auto",
    tools,
    top_p: null,
  };
}

/** Null where tokens were not told: a client must not read 0. */
function usageBody({ inputTokens, outputTokens, cachedInputTokens, reasoningTokens }: ModelAnswer["usage"]) {
  if (inputTokens === undefined || outputTokens === undefined) return null;
  return {
    input_tokens: inputTokens,
    ...(cachedInputTokens !== undefined && { input_tokens_details: { cached_tokens: cachedInputTokens } }),
    output_tokens: outputTokens,
    ...(reasoningTokens !== undefined && { output_tokens_details: { reasoning_tokens: reasoningTokens } }),
    total_tokens: inputTokens + outputTokens,
  };
}
