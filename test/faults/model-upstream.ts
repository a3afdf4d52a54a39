import type { UpstreamAnswer } from "./fault-upstream.ts";

export const SAID = "I will look up the order for Zoë right away.";
const ARGUMENTS = '{"order_id":"W1","why":"asked"}';

/** A provider that always says the same and calls one tool, in each of three dialects. */
export function answerModel(pathname: string, { stream = false }: { stream?: boolean }): UpstreamAnswer {
  const dialect = pathname.endsWith("/responses") ? RESPONSES : pathname.endsWith("/messages") ? ANTHROPIC : CHAT;
  if (!stream) return { type: "application/json", pieces: [JSON.stringify(dialect.body)] };
  const pieces = dialect.events.map((event) => {
    const name = "type" in event ? `event: ${String(event.type)}\n` : "";
    return `${name}data: ${JSON.stringify(event)}\n\n`;
  });
  return { type: "text/event-stream", pieces: dialect === CHAT ? [...pieces, "data: [DONE]\n\n"] : pieces };
}

const words = SAID.match(/\s*\S+/g) ?? [];
const halves = [ARGUMENTS.slice(0, 12), ARGUMENTS.slice(12)];

const chatHead = { id: "chatcmpl-1", created: 1_790_000_000, model: "gpt-x-2026-01-01" };
const chatUsage = { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 };
const chatChunk = (delta: object, finish: string | null = null) => ({
  ...chatHead,
  object: "chat.completion.chunk",
  choices: [{ index: 0, delta, finish_reason: finish }],
});
const CHAT = {
  body: {
    ...chatHead,
    object: "chat.completion",
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: SAID,
          refusal: null,
          tool_calls: [{ id: "call_1", type: "function", function: { name: "lookup", arguments: ARGUMENTS } }],
        },
        finish_reason: "tool_calls",
      },
    ],
    usage: chatUsage,
  },
  events: [
    chatChunk({ role: "assistant", content: "" }),
    ...words.map((content) => chatChunk({ content })),
    chatChunk({
      tool_calls: [{ index: 0, id: "call_1", type: "function", function: { name: "lookup", arguments: "" } }],
    }),
    ...halves.map((half) => chatChunk({ tool_calls: [{ index: 0, function: { arguments: half } }] })),
    chatChunk({}, "tool_calls"),
    { ...chatHead, object: "chat.completion.chunk", choices: [], usage: chatUsage },
  ],
};

const message = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  status: "completed",
  content: [{ type: "output_text", text: SAID, annotations: [] }],
};
const call = {
  id: "fc_1",
  type: "function_call",
  status: "completed",
  call_id: "call_1",
  name: "lookup",
  arguments: ARGUMENTS,
};
const response = {
  id: "resp_1",
  object: "response",
  created_at: 1_790_000_000,
  model: "gpt-x-2026-01-01",
  status: "completed",
  error: null,
  incomplete_details: null,
  output: [message, call],
  usage: { input_tokens: 20, output_tokens: 10, total_tokens: 30 },
};
const inMessage = { output_index: 0, item_id: "msg_1", content_index: 0 };
const RESPONSES = {
  body: response,
  events: [
    { type: "response.created", response: { ...response, status: "in_progress", output: [] } },
    { type: "response.output_item.added", output_index: 0, item: { ...message, status: "in_progress", content: [] } },
    { type: "response.content_part.added", ...inMessage, part: { type: "output_text", text: "", annotations: [] } },
    ...words.map((delta) => ({ type: "response.output_text.delta", ...inMessage, delta, logprobs: [] })),
    { type: "response.output_text.done", ...inMessage, text: SAID, logprobs: [] },
    { type: "response.content_part.done", ...inMessage, part: message.content[0] },
    { type: "response.output_item.done", output_index: 0, item: message },
    { type: "response.output_item.added", output_index: 1, item: { ...call, status: "in_progress", arguments: "" } },
    { type: "response.function_call_arguments.delta", output_index: 1, item_id: "fc_1", delta: ARGUMENTS },
    { type: "response.function_call_arguments.done", output_index: 1, item_id: "fc_1", arguments: ARGUMENTS },
    { type: "response.output_item.done", output_index: 1, item: call },
    { type: "response.completed", response },
  ].map((event, index) => ({ ...event, sequence_number: index })),
};

const anthropicHead = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "claude-x-20260101",
  stop_sequence: null,
};
const anthropicCall = { type: "tool_use", id: "toolu_1", name: "lookup" };
const ANTHROPIC = {
  body: {
    ...anthropicHead,
    content: [
      { type: "text", text: SAID },
      { ...anthropicCall, input: JSON.parse(ARGUMENTS) as object },
    ],
    stop_reason: "tool_use",
    usage: { input_tokens: 20, output_tokens: 10 },
  },
  events: [
    {
      type: "message_start",
      message: { ...anthropicHead, content: [], stop_reason: null, usage: { input_tokens: 20, output_tokens: 1 } },
    },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    ...words.map((text) => ({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } })),
    { type: "content_block_stop", index: 0 },
    { type: "content_block_start", index: 1, content_block: { ...anthropicCall, input: {} } },
    ...halves.map((half) => ({
      type: "content_block_delta",
      index: 1,
      delta: { type: "input_json_delta", partial_json: half },
    })),
    { type: "content_block_stop", index: 1 },
    { type: "message_delta", delta: { stop_reason: "tool_use", stop_sequence: null }, usage: { output_tokens: 10 } },
    { type: "message_stop" },
  ],
};
