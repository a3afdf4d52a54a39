import { expect, test } from "vitest";
import type { ObservedSpan } from "../../domain/index.ts";
import type { JsonObject } from "../../kernel/index.ts";
import type { SpanReading } from "../span-reading.ts";
import { readSpan } from "./read-span.ts";
import { spanWith } from "./spans.test-kit.ts";

/** What the same call says, in whichever words. */
const CALL: Partial<SpanReading> = {
  kind: "model",
  session: "s1",
  user: "u1",
  model: {
    provider: "openai",
    requested: "gpt-4o",
    settings: { temperature: 0.2 },
    input: [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Weather in Paris?" },
      {
        role: "assistant",
        content: "",
        toolRequests: [{ callId: "c1", tool: "weather", arguments: { city: "Paris" } }],
      },
      { role: "tool", callId: "c1", tool: "weather", result: "rain" },
    ],
    output: [{ role: "assistant", content: "It rains." }],
    finishReason: "stop",
    usage: { inputTokens: 9, outputTokens: 4 },
    tools: [{ name: "weather", description: "Weather of a city.", inputSchema: { type: "object" } }],
  },
};

const event = (name: string, attributes: JsonObject) => ({ name, timeNs: "1700000000000000000", attributes });
const TOOL_TEXT = JSON.stringify([
  {
    type: "function",
    function: { name: "weather", description: "Weather of a city.", parameters: { type: "object" } },
  },
]);
const CALL_TEXT = JSON.stringify([
  { id: "c1", type: "function", function: { name: "weather", arguments: '{"city":"Paris"}' } },
]);
const GEN_AI = {
  "gen_ai.operation.name": "chat",
  "gen_ai.request.model": "gpt-4o",
  "gen_ai.request.temperature": 0.2,
  "gen_ai.usage.input_tokens": 9,
  "gen_ai.usage.output_tokens": 4,
  "gen_ai.response.finish_reasons": ["stop"],
  "gen_ai.tool.definitions": TOOL_TEXT,
  "gen_ai.conversation.id": "s1",
  "user.id": "u1",
};
const MESSAGES = {
  "gen_ai.system_instructions": JSON.stringify([{ type: "text", content: "Be brief." }]),
  "gen_ai.input.messages": JSON.stringify([
    { role: "user", parts: [{ type: "text", content: "Weather in Paris?" }] },
    { role: "assistant", parts: [{ type: "tool_call", id: "c1", name: "weather", arguments: { city: "Paris" } }] },
    { role: "tool", parts: [{ type: "tool_call_response", id: "c1", response: "rain" }] },
  ]),
  "gen_ai.output.messages": JSON.stringify([
    { role: "assistant", parts: [{ type: "text", content: "It rains." }], finish_reason: "stop" },
  ]),
};

const DIALECTS: readonly { what: string; span: ObservedSpan; dialects: string[] }[] = [
  {
    what: "GenAI attributes",
    span: spanWith({ ...GEN_AI, ...MESSAGES, "gen_ai.provider.name": "openai" }),
    dialects: ["genai"],
  },
  {
    what: "GenAI attributes that are structures",
    span: spanWith({
      ...GEN_AI,
      ...Object.fromEntries(Object.entries(MESSAGES).map(([name, text]) => [name, JSON.parse(text) as JsonObject])),
      "gen_ai.provider.name": "openai",
    }),
    dialects: ["genai"],
  },
  {
    what: "the GenAI event of the operation's details",
    span: spanWith(
      { ...GEN_AI, "gen_ai.provider.name": "openai" },
      { events: [event("gen_ai.client.inference.operation.details", MESSAGES)] },
    ),
    dialects: ["genai"],
  },
  {
    what: "GenAI message events",
    span: spanWith(
      { ...GEN_AI, "gen_ai.system": "openai" },
      {
        events: [
          event("gen_ai.system.message", { content: "Be brief." }),
          event("gen_ai.user.message", { content: "Weather in Paris?" }),
          event("gen_ai.assistant.message", { tool_calls: CALL_TEXT }),
          event("gen_ai.tool.message", { id: "c1", content: "rain" }),
          event("gen_ai.choice", {
            index: 0,
            finish_reason: "stop",
            message: '{"role":"assistant","content":"It rains."}',
          }),
        ],
      },
    ),
    dialects: ["genai"],
  },
  {
    what: "OpenLLMetry's flattened prompts",
    span: spanWith({
      "gen_ai.system": "openai",
      "gen_ai.request.model": "gpt-4o",
      "gen_ai.request.temperature": 0.2,
      "llm.request.type": "chat",
      "gen_ai.prompt.0.role": "system",
      "gen_ai.prompt.0.content": "Be brief.",
      "gen_ai.prompt.1.role": "user",
      "gen_ai.prompt.1.content": '[{"type":"text","text":"Weather in Paris?"}]',
      "gen_ai.prompt.2.role": "assistant",
      "gen_ai.prompt.2.tool_calls.0.id": "c1",
      "gen_ai.prompt.2.tool_calls.0.name": "weather",
      "gen_ai.prompt.2.tool_calls.0.arguments": '{"city":"Paris"}',
      "gen_ai.prompt.3.role": "tool",
      "gen_ai.prompt.3.tool_call_id": "c1",
      "gen_ai.prompt.3.content": "rain",
      "gen_ai.completion.0.role": "assistant",
      "gen_ai.completion.0.content": "It rains.",
      "gen_ai.completion.0.finish_reason": "stop",
      "gen_ai.usage.prompt_tokens": 9,
      "gen_ai.usage.completion_tokens": 4,
      "llm.request.functions.0.name": "weather",
      "llm.request.functions.0.description": "Weather of a city.",
      "llm.request.functions.0.parameters": '{"type":"object"}',
      "traceloop.association.properties.session_id": "s1",
      "traceloop.association.properties.user_id": "u1",
    }),
    dialects: ["openllmetry", "genai"],
  },
  {
    what: "OpenInference",
    span: spanWith({
      "openinference.span.kind": "LLM",
      "llm.provider": "openai",
      "llm.model_name": "gpt-4o",
      "llm.invocation_parameters": '{"temperature":0.2}',
      "llm.input_messages.0.message.role": "system",
      "llm.input_messages.0.message.content": "Be brief.",
      "llm.input_messages.1.message.role": "user",
      "llm.input_messages.1.message.contents.0.message_content.type": "text",
      "llm.input_messages.1.message.contents.0.message_content.text": "Weather in Paris?",
      "llm.input_messages.2.message.role": "assistant",
      "llm.input_messages.2.message.tool_calls.0.tool_call.id": "c1",
      "llm.input_messages.2.message.tool_calls.0.tool_call.function.name": "weather",
      "llm.input_messages.2.message.tool_calls.0.tool_call.function.arguments": '{"city":"Paris"}',
      "llm.input_messages.3.message.role": "tool",
      "llm.input_messages.3.message.content": "rain",
      "llm.input_messages.3.message.tool_call_id": "c1",
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.content": "It rains.",
      "llm.output_messages.0.message.finish_reason": "stop",
      "llm.token_count.prompt": 9,
      "llm.token_count.completion": 4,
      "llm.tools.0.tool.json_schema": TOOL_TEXT.slice(1, -1),
      "session.id": "s1",
      "user.id": "u1",
    }),
    dialects: ["openinference"],
  },
  {
    what: "the AI SDK",
    span: spanWith({
      "ai.operationId": "ai.streamText.doStream",
      "ai.model.provider": "openai",
      "ai.model.id": "gpt-4o",
      "ai.settings.temperature": 0.2,
      "ai.prompt.messages": JSON.stringify([
        { role: "system", content: "Be brief." },
        { role: "user", content: [{ type: "text", text: "Weather in Paris?" }] },
        {
          role: "assistant",
          content: [{ type: "tool-call", toolCallId: "c1", toolName: "weather", input: { city: "Paris" } }],
        },
        {
          role: "tool",
          content: [
            { type: "tool-result", toolCallId: "c1", toolName: "weather", output: { type: "text", value: "rain" } },
          ],
        },
      ]),
      "ai.prompt.tools": [
        '{"type":"function","name":"weather","description":"Weather of a city.","inputSchema":{"type":"object"}}',
      ],
      "ai.response.text": "It rains.",
      "ai.response.finishReason": "stop",
      "ai.usage.inputTokens": 9,
      "ai.usage.outputTokens": 4,
      "ai.telemetry.metadata.sessionId": "s1",
      "ai.telemetry.metadata.userId": "u1",
    }),
    dialects: ["vercel"],
  },
  {
    what: "Langfuse",
    span: spanWith({
      "langfuse.observation.type": "generation",
      "langfuse.observation.model.name": "gpt-4o",
      "langfuse.observation.model.parameters": '{"temperature":0.2}',
      "langfuse.observation.input": JSON.stringify({
        messages: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "Weather in Paris?" },
          { role: "assistant", content: null, tool_calls: JSON.parse(CALL_TEXT) as JsonObject[] },
          { role: "tool", tool_call_id: "c1", content: "rain" },
        ],
        tools: JSON.parse(TOOL_TEXT) as JsonObject[],
      }),
      "langfuse.observation.output": '{"role":"assistant","content":"It rains."}',
      "langfuse.observation.usage_details": '{"input":9,"output":4,"total":13}',
      "langfuse.session.id": "s1",
      "langfuse.user.id": "u1",
      "gen_ai.system": "openai",
      "gen_ai.response.finish_reasons": '["stop"]',
    }),
    dialects: ["langfuse", "genai"],
  },
];

test.each(DIALECTS)("$what: a model call", ({ span, dialects }) => {
  const { dialects: named, ...reading } = readSpan(span);
  expect(reading).toEqual(CALL);
  expect(named).toEqual(dialects);
});
