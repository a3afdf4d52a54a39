import { expect, test } from "vitest";
import type { Message } from "../../domain/index.ts";
import type { Json } from "../../kernel/index.ts";
import { normalizeMessages } from "./normalize-messages.ts";

const REQUEST: Message = {
  role: "assistant",
  content: "",
  toolRequests: [{ callId: "c1", tool: "weather", arguments: { city: "Paris" } }],
};
const RESULT: Message = { role: "tool", callId: "c1", tool: "weather", result: "rain" };
const ASKED: Message = { role: "user", content: "Weather?" };

test.each<[string, Json, readonly Message[]]>([
  [
    "AutoGen",
    [
      { type: "UserMessage", source: "user", content: "Weather?" },
      {
        type: "AssistantMessage",
        source: "agent",
        content: [{ id: "c1", name: "weather", arguments: '{"city":"Paris"}' }],
      },
      {
        type: "FunctionExecutionResultMessage",
        content: [{ call_id: "c1", name: "weather", content: "rain", is_error: false }],
      },
    ],
    [ASKED, REQUEST, RESULT],
  ],
  [
    "LlamaIndex",
    [
      { role: "user", additional_kwargs: {}, blocks: [{ block_type: "text", text: "Weather?" }] },
      {
        role: "assistant",
        blocks: [],
        additional_kwargs: { tool_calls: [{ id: "c1", function: { name: "weather", arguments: '{"city":"Paris"}' } }] },
      },
      {
        role: "tool",
        additional_kwargs: { tool_call_id: "c1", name: "weather" },
        blocks: [{ block_type: "text", text: "rain" }],
      },
    ],
    [ASKED, REQUEST, RESULT],
  ],
  [
    "Haystack",
    [
      { _role: "user", _content: [{ text: "Weather?" }] },
      {
        _role: "assistant",
        _content: [{ tool_call: { id: "c1", tool_name: "weather", arguments: { city: "Paris" } } }],
      },
      {
        _role: "tool",
        _content: [{ tool_call_result: { result: "rain", error: false, origin: { id: "c1", tool_name: "weather" } } }],
      },
    ],
    [ASKED, REQUEST, RESULT],
  ],
  [
    "smolagents",
    [
      { role: "user", content: [{ type: "text", text: "Weather?" }] },
      { role: "tool-call", content: "Calling weather" },
    ],
    [ASKED, { role: "assistant", content: "Calling weather" }],
  ],
  [
    "a chat context of items",
    {
      items: [
        { type: "message", role: "user", content: ["Weather?"] },
        { type: "message", role: "assistant", content: ["Rain."] },
      ],
    },
    [ASKED, { role: "assistant", content: "Rain." }],
  ],
  [
    "LangChain, printed by Python",
    {
      messages: [
        "HumanMessage(content='Weather?', additional_kwargs={}, response_metadata={})",
        "AIMessage(content='', tool_calls=[{'name': 'weather', 'args': {'city': 'Paris'}, 'id': 'c1', 'type': 'tool_call'}])",
        "ToolMessage(content='rain', name='weather', id='7', tool_call_id='c1')",
      ],
    },
    [ASKED, REQUEST, RESULT],
  ],
  ["a typed value", { type: "chat_messages", value: [{ role: "user", content: "Weather?" }] }, [ASKED]],
  [
    "a request with its tools in a configuration",
    {
      messages: [{ role: "user", content: [{ text: "Weather?" }] }],
      toolConfig: { tools: [{ toolSpec: { name: "weather", inputSchema: { json: { type: "object" } } } }] },
    },
    [ASKED],
  ],
])("%s", (_framework, value, messages) => {
  expect(normalizeMessages(value, { side: "input" })?.messages).toEqual(messages);
});

test("tools in a configuration are offered tools", () => {
  const found = normalizeMessages(
    {
      messages: [{ role: "user", content: "Hi" }],
      toolConfig: { tools: [{ toolSpec: { name: "weather", inputSchema: { json: { type: "object" } } } }] },
    },
    { side: "input" },
  );
  expect(found?.tools).toEqual([{ name: "weather", inputSchema: { type: "object" } }]);
});

test.each<[string, Json, string]>([
  [
    "an answer whose calls stand beside its text",
    { text: "Wait.", toolCalls: [{ toolCallId: "c", toolName: "t", args: {} }] },
    "Wait.",
  ],
  ["a list of texts", '["First.","Second."]', "First."],
  ["a structured answer, as it was written", '{"steps": [1], "done": true}', '{"steps": [1], "done": true}'],
  ["a completion", { text: "Hi", additional_kwargs: {}, raw: null }, "Hi"],
  ["a typed text", { type: "text", value: "Hi" }, "Hi"],
  ["an answer that is all there is", { answer: "Hi" }, "Hi"],
])("%s is an answer", (_what, value, content) => {
  expect(normalizeMessages(value, { side: "output", isPlainMessage: true })?.messages[0]).toMatchObject({
    role: "assistant",
    content,
  });
});

test.each<[string, Json]>([
  ["a function's arguments by place", { args: ["Weather?"], kwargs: {} }],
  ["a function's arguments by name", { args: [], kwargs: { question: "Weather?" } }],
  ["a prompt among parameters", { model: "m", prompt: "Weather?", temperature: 0 }],
  ["a text written as JSON", '"Weather?"'],
])("%s is what was asked", (_what, value) => {
  expect(normalizeMessages(value, { side: "input", isPlainMessage: true })?.messages).toEqual([ASKED]);
});
