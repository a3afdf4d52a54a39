import { expect, test } from "vitest";
import type { Message } from "../../domain/index.ts";
import type { Json } from "../../kernel/index.ts";
import { normalizeMessages } from "./normalize-messages.ts";

/** The same small conversation, as each family writes it. */
const CONVERSATION: readonly Message[] = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "Weather in Paris?" },
  {
    role: "assistant",
    content: "Let me look.",
    toolRequests: [{ callId: "c1", tool: "weather", arguments: { city: "Paris" } }],
  },
  { role: "tool", callId: "c1", tool: "weather", result: "rain" },
  { role: "assistant", content: "It rains." },
];

const FORMS: readonly (readonly [string, Json])[] = [
  [
    "OpenAI chat",
    {
      model: "gpt-4o",
      messages: [
        { role: "developer", content: "Be brief." },
        { role: "user", content: [{ type: "text", text: "Weather in Paris?" }] },
        {
          role: "assistant",
          content: "Let me look.",
          tool_calls: [{ id: "c1", type: "function", function: { name: "weather", arguments: '{"city":"Paris"}' } }],
        },
        { role: "tool", tool_call_id: "c1", content: "rain" },
        { role: "assistant", content: "It rains.", tool_calls: null },
      ],
    },
  ],
  [
    "OpenAI Responses",
    {
      model: "gpt-5",
      instructions: "Be brief.",
      input: [
        { role: "user", content: [{ type: "input_text", text: "Weather in Paris?" }] },
        {
          type: "message",
          role: "assistant",
          content: [{ type: "output_text", text: "Let me look.", annotations: [] }],
        },
        { type: "function_call", id: "fc_1", call_id: "c1", name: "weather", arguments: '{"city":"Paris"}' },
        { type: "function_call_output", call_id: "c1", output: "rain" },
        { type: "message", role: "assistant", content: [{ type: "output_text", text: "It rains." }] },
      ],
    },
  ],
  [
    "Anthropic",
    {
      system: [{ type: "text", text: "Be brief." }],
      messages: [
        { role: "user", content: "Weather in Paris?" },
        {
          role: "assistant",
          content: [
            { type: "text", text: "Let me look." },
            { type: "tool_use", id: "c1", name: "weather", input: { city: "Paris" } },
          ],
        },
        {
          role: "user",
          content: [{ type: "tool_result", tool_use_id: "c1", content: [{ type: "text", text: "rain" }] }],
        },
        { role: "assistant", content: [{ type: "text", text: "It rains." }] },
      ],
    },
  ],
  [
    "Gemini",
    {
      systemInstruction: { parts: [{ text: "Be brief." }] },
      contents: [
        { role: "user", parts: [{ text: "Weather in Paris?" }] },
        {
          role: "model",
          parts: [{ text: "Let me look." }, { functionCall: { id: "c1", name: "weather", args: { city: "Paris" } } }],
        },
        { role: "user", parts: [{ functionResponse: { id: "c1", name: "weather", response: "rain" } }] },
        { role: "model", parts: [{ text: "It rains." }] },
      ],
    },
  ],
  [
    "Bedrock",
    {
      system: [{ text: "Be brief." }],
      messages: [
        { role: "user", content: [{ text: "Weather in Paris?" }] },
        {
          role: "assistant",
          content: [
            { text: "Let me look." },
            { toolUse: { toolUseId: "c1", name: "weather", input: { city: "Paris" } } },
          ],
        },
        {
          role: "user",
          content: [{ toolResult: { toolUseId: "c1", content: [{ text: "rain" }], status: "success" } }],
        },
        { role: "assistant", content: [{ text: "It rains." }] },
      ],
    },
  ],
  [
    "LangChain, serialised",
    [
      [
        { lc: 1, type: "constructor", id: ["langchain", "schema", "SystemMessage"], kwargs: { content: "Be brief." } },
        {
          lc: 1,
          type: "constructor",
          id: ["langchain", "schema", "HumanMessage"],
          kwargs: { content: "Weather in Paris?" },
        },
        {
          lc: 1,
          type: "constructor",
          id: ["langchain", "schema", "AIMessageChunk"],
          kwargs: { content: "Let me look.", tool_calls: [{ id: "c1", name: "weather", args: { city: "Paris" } }] },
        },
        { type: "tool", data: { content: "rain", tool_call_id: "c1" } },
        { type: "ai", content: "It rains.", tool_calls: [], additional_kwargs: {} },
      ],
    ],
  ],
  [
    "AI SDK",
    [
      { role: "system", content: "Be brief." },
      { role: "user", content: [{ type: "text", text: "Weather in Paris?" }] },
      {
        role: "assistant",
        content: [
          { type: "text", text: "Let me look." },
          { type: "tool-call", toolCallId: "c1", toolName: "weather", input: { city: "Paris" } },
        ],
      },
      {
        role: "tool",
        content: [
          { type: "tool-result", toolCallId: "c1", toolName: "weather", output: { type: "text", value: "rain" } },
        ],
      },
      { role: "assistant", content: [{ type: "text", text: "It rains." }] },
    ],
  ],
  [
    "OTel GenAI",
    [
      { role: "system", parts: [{ type: "text", content: "Be brief." }] },
      { role: "user", parts: [{ type: "text", content: "Weather in Paris?" }] },
      {
        role: "assistant",
        parts: [
          { type: "text", content: "Let me look." },
          { type: "tool_call", id: "c1", name: "weather", arguments: { city: "Paris" } },
        ],
      },
      { role: "tool", parts: [{ type: "tool_call_response", id: "c1", response: "rain" }] },
      { role: "assistant", parts: [{ type: "text", content: "It rains." }], finish_reason: "stop" },
    ],
  ],
  [
    "OpenInference",
    [
      { message: { role: "system", content: "Be brief." } },
      { message: { role: "user", contents: [{ message_content: { type: "text", text: "Weather in Paris?" } }] } },
      {
        message: {
          role: "assistant",
          content: "Let me look.",
          tool_calls: [{ tool_call: { id: "c1", function: { name: "weather", arguments: '{"city":"Paris"}' } } }],
        },
      },
      { message: { role: "tool", tool_call_id: "c1", content: "rain" } },
      { message: { role: "assistant", content: "It rains." } },
    ],
  ],
  [
    "printed by Python",
    {
      messages: [
        "role='system' content='Be brief.' name=None",
        "role='user' content='Weather in Paris?' metrics=Metrics(tokens=0, other={'a': 1}) at=<Timer at 0x1>",
        `role='assistant' content='Let me look.' tool_calls=[{'id': 'c1', 'function': {'arguments': '{"city":"Paris"}', 'name': 'weather'}}]`,
        "Message(role='tool', content='rain', tool_call_id='c1')",
        "role='assistant' content='It rains.' tool_calls=None",
      ],
    },
  ],
];

test.each(FORMS)("%s: the same conversation", (_form, value) => {
  expect(normalizeMessages(value, { side: "input" })?.messages).toEqual(CONVERSATION);
  expect(normalizeMessages(JSON.stringify(value), { side: "input" })?.messages).toEqual(CONVERSATION);
  expect(normalizeMessages(JSON.stringify(JSON.stringify(value)), { side: "input" })?.messages).toEqual(CONVERSATION);
});

test.each<[string, Json, Json]>([
  [
    "OpenAI chat",
    { choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "Hi" } }] },
    [{ role: "assistant", content: "Hi" }],
  ],
  [
    "OpenAI Responses with thoughts and two calls",
    {
      instructions: "Be brief.",
      output: [
        { type: "reasoning", summary: [{ type: "summary_text", text: "Hm." }] },
        { type: "function_call", call_id: "a", name: "one", arguments: "{}" },
        { type: "function_call", call_id: "b", name: "two", arguments: "not json" },
      ],
    },
    [
      {
        role: "assistant",
        content: "",
        reasoning: "Hm.",
        toolRequests: [
          { callId: "a", tool: "one", arguments: {} },
          { callId: "b", tool: "two", arguments: "not json" },
        ],
      },
    ],
  ],
  [
    "Gemini with a thought",
    { candidates: [{ content: { role: "model", parts: [{ text: "Hm.", thought: true }, { text: "Hi" }] } }] },
    [{ role: "assistant", content: "Hi", reasoning: "Hm." }],
  ],
  [
    "calls of the AI SDK alone",
    [{ toolCallId: "a", toolName: "one", input: '{"x":1}' }],
    [{ role: "assistant", content: "", toolRequests: [{ callId: "a", tool: "one", arguments: { x: 1 } }] }],
  ],
  [
    "LangChain generations",
    { generations: [[{ text: "Hi", message: { lc: 1, id: ["x", "AIMessage"], kwargs: { content: "Hi" } } }]] },
    [{ role: "assistant", content: "Hi" }],
  ],
  ["an answer without a role", { content: { parts: [{ text: "Hi" }] } }, [{ role: "assistant", content: "Hi" }]],
])("an answer of %s", (_form, value, messages) => {
  expect(normalizeMessages(value, { side: "output" })?.messages).toEqual(messages);
});

test("pictures and files are marked, failures of tools are kept", () => {
  const messages = normalizeMessages(
    [
      {
        role: "user",
        content: [
          { type: "text", text: "See" },
          { type: "image_url", image_url: { url: "data:..." } },
        ],
      },
      { role: "user", parts: [{ type: "blob", modality: "audio", content: "AAAA" }] },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "a", content: "no", is_error: true },
          { type: "text", text: "Why?" },
        ],
      },
      {
        role: "tool",
        content: [
          { type: "tool-result", toolCallId: "b", toolName: "t", output: { type: "error-text", value: "bad" } },
        ],
      },
    ],
    { side: "input" },
  )?.messages;
  expect(messages).toEqual([
    { role: "user", content: "See\n[image]" },
    { role: "user", content: "[audio]" },
    { role: "tool", callId: "a", tool: "", result: "no", isError: true },
    { role: "user", content: "Why?" },
    { role: "tool", callId: "b", tool: "t", result: "bad", isError: true },
  ]);
});

test("a message of very many results is as many messages", () => {
  const content = Array.from({ length: 200_000 }, (_, index) => ({
    type: "tool_result",
    tool_use_id: `call-${index}`,
    content: "done",
  }));
  const read = normalizeMessages([{ role: "user", content }], { side: "input" });
  expect(read?.messages).toHaveLength(200_000);
});

test("parts of one answer are put together, but not with an answer that was whole before them", () => {
  const call = { type: "function_call", call_id: "c", name: "f", arguments: "{}" };
  const items = [
    { role: "assistant", content: "Hello." },
    { type: "message", role: "assistant", content: "I look." },
    call,
  ];
  const requests = [{ callId: "c", tool: "f", arguments: {} }];
  expect(normalizeMessages(items, { side: "input" })?.messages).toEqual([
    { role: "assistant", content: "Hello." },
    { role: "assistant", content: "I look.", toolRequests: requests },
  ]);
});

test("what is no conversation is none", () => {
  for (const value of [
    null,
    1,
    "hello",
    [],
    {},
    [{ title: "a", body: "b" }],
    { city: "Paris" },
    { type: "object" },
    [1],
  ] as Json[]) {
    expect(normalizeMessages(value, { side: "input" }), JSON.stringify(value)).toBeUndefined();
  }
  expect(normalizeMessages("hello", { side: "output", isPlainMessage: true })?.messages).toEqual([
    { role: "assistant", content: "hello" },
  ]);
});

test("tools told with the messages are offered tools", () => {
  const schema = { type: "object", properties: { city: { type: "string" } } };
  const found = normalizeMessages(
    {
      messages: [
        { role: "user", content: "Hi" },
        {
          role: "tool",
          content: { type: "function", function: { name: "one", description: "d", parameters: schema } },
        },
      ],
      tools: [{ name: "two", input_schema: schema }, { function_declarations: [{ name: "three" }] }],
    },
    { side: "input" },
  );
  expect(found).toEqual({
    messages: [{ role: "user", content: "Hi" }],
    tools: [
      { name: "two", inputSchema: schema },
      { name: "three" },
      { name: "one", description: "d", inputSchema: schema },
    ],
  });
});
