import { expect, test } from "vitest";
import { readProviderExchange } from "./read-provider-exchange.ts";
import { exchange } from "./wire.test-kit.ts";

const versioned = { requestHeaders: [["Anthropic-Version", "2023-06-01"]] } as const;

const call = (id: string, name: string, given: string) => ({
  id,
  type: "function",
  function: { name, arguments: given },
});

test("a chat prompt: every role, tool calls, results, broken arguments, parts that are no text", () => {
  const messages = [
    { role: "developer", content: "Be brief." },
    {
      role: "user",
      content: [
        { type: "text", text: "look" },
        { type: "image_url", image_url: { url: "data:" } },
      ],
    },
    {
      role: "assistant",
      content: null,
      reasoning: "hm",
      tool_calls: [
        call("a", "get", '{"id":1}'),
        call("b", "get", "{broken"),
        { id: "c", type: "custom", custom: { name: "sh", input: "ls" } },
      ],
    },
    { role: "tool", tool_call_id: "a", content: '{"total":5}' },
    { role: "tool", tool_call_id: "b", content: [{ type: "text", text: "42" }] },
    { role: "assistant", function_call: { name: "old", arguments: "" } },
    { role: "function", name: "old", content: "done" },
    { role: "stranger", content: "x" },
    "no message",
  ];
  const tools = [{ type: "function", function: { name: "get" } }, { type: "custom", custom: { name: "sh" } }, 5];
  const seen = readProviderExchange(exchange({ request: { model: "m", messages, tools } }));
  expect(seen?.messages).toEqual([
    { role: "system", content: "Be brief." },
    { role: "user", content: "look\n[image_url]" },
    {
      role: "assistant",
      content: "",
      reasoning: "hm",
      toolRequests: [
        { callId: "a", tool: "get", arguments: { id: 1 } },
        { callId: "b", tool: "get", arguments: "{broken" },
        { callId: "c", tool: "sh", arguments: "ls" },
      ],
    },
    { role: "tool", callId: "a", tool: "get", result: { total: 5 } },
    { role: "tool", callId: "b", tool: "get", result: "42" },
    { role: "assistant", content: "", toolRequests: [{ callId: "old", tool: "old", arguments: {} }] },
    { role: "tool", callId: "old", tool: "old", result: "done" },
  ]);
  expect(seen?.toolNames).toEqual(["get", "sh"]);
});

test("a Responses prompt: items become turns; what the provider ran itself is no call", () => {
  const input = [
    { role: "user", content: [{ type: "input_text", text: "go" }] },
    { type: "reasoning", id: "r", summary: [{ type: "summary_text", text: "hm" }] },
    { type: "web_search_call", id: "w", status: "completed" },
    { type: "message", role: "assistant", content: [{ type: "output_text", text: "I look." }] },
    { type: "function_call", call_id: "a", name: "get", arguments: '{"id":1}' },
    { type: "local_shell_call", call_id: "s", action: { command: ["ls"] } },
    { type: "function_call_output", call_id: "a", output: '{"total":5}' },
    { type: "local_shell_call_output", call_id: "s", output: "x.txt" },
    { type: "custom_tool_call", call_id: "p", name: "patch", input: "{not json" },
    { type: "custom_tool_call_output", call_id: "p", output: [{ type: "input_text", text: "ok" }] },
  ];
  const url = "https://api.openai.com/v1/responses";
  const tools = [{ type: "function", name: "get" }, { type: "web_search" }];
  const seen = readProviderExchange(
    exchange({ url, request: { model: "m", instructions: "Be brief.", input, tools } }),
  );
  expect(seen?.messages).toEqual([
    { role: "system", content: "Be brief." },
    { role: "user", content: "go" },
    {
      role: "assistant",
      content: "I look.",
      reasoning: "hm",
      toolRequests: [
        { callId: "a", tool: "get", arguments: { id: 1 } },
        { callId: "s", tool: "local_shell", arguments: { command: ["ls"] } },
      ],
    },
    { role: "tool", callId: "a", tool: "get", result: { total: 5 } },
    { role: "tool", callId: "s", tool: "local_shell", result: "x.txt" },
    { role: "assistant", content: "", toolRequests: [{ callId: "p", tool: "patch", arguments: "{not json" }] },
    { role: "tool", callId: "p", tool: "patch", result: "ok" },
  ]);
  expect(seen?.toolNames).toEqual(["get", "web_search"]);
});

test("an Anthropic prompt: results stand in the user's message, in order", () => {
  const messages = [
    { role: "user", content: "go" },
    {
      role: "assistant",
      content: [
        { type: "thinking", thinking: "hm", signature: "x" },
        { type: "text", text: "I look." },
        { type: "server_tool_use", id: "srv", name: "web_search", input: {} },
        { type: "tool_use", id: "a", name: "get", input: { id: 1 } },
        { type: "tool_use", id: "b", name: "get", input: {} },
      ],
    },
    {
      role: "user",
      content: [
        { type: "tool_result", tool_use_id: "b", content: "Error: gone", is_error: true },
        { type: "tool_result", tool_use_id: "a", content: [{ type: "text", text: '{"total":5}' }] },
        { type: "text", text: "and now?" },
      ],
    },
  ];
  const system = [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }];
  const request = { model: "m", max_tokens: 5, system, messages, tools: [{ name: "get", input_schema: {} }] };
  const seen = readProviderExchange(exchange({ url: "https://api.anthropic.com/v1/messages", request, ...versioned }));
  expect(seen?.messages).toEqual([
    { role: "system", content: "Be brief." },
    { role: "user", content: "go" },
    {
      role: "assistant",
      content: "I look.",
      reasoning: "hm",
      toolRequests: [
        { callId: "a", tool: "get", arguments: { id: 1 } },
        { callId: "b", tool: "get", arguments: {} },
      ],
    },
    { role: "tool", callId: "b", tool: "get", result: "Error: gone", isError: true },
    { role: "tool", callId: "a", tool: "get", result: { total: 5 } },
    { role: "user", content: "and now?" },
  ]);
});
