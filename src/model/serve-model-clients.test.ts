/* oxlint-disable unicorn/no-thenable -- rules are when/then */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, stepCountIs, streamText, tool, ToolLoopAgent } from "ai";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { LIMITS } from "../kernel/index.ts";
import type { Script } from "./script.ts";
import { scriptedModel } from "./scripted-model.ts";
import { type ModelServer, serveModel } from "./serve-model.ts";

const script: Script = {
  id: "support",
  rules: [
    { when: { user: "limit" }, then: { error: { status: 429, retryAfterMs: 1_500 } } },
    {
      when: { user: "(W\\d+)", notCalled: "orders_get" },
      then: { call: { tool: "orders_get", arguments: { order_id: "{{user.1}}" } } },
    },
    { when: { lastTool: "orders_get" }, then: { say: "It costs {{result.orders_get.total}} dollars." } },
  ],
  fallback: { say: "Hello there, how are you?" },
};

const open: ModelServer[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((server) => server.close()))));

async function serve(): Promise<ModelServer> {
  const server = await serveModel({ model: scriptedModel(script) });
  open.push(server);
  return server;
}

const tools = {
  orders_get: tool({
    inputSchema: z.object({ order_id: z.string() }),
    execute: async ({ order_id }) => {
      if (order_id === "W9") throw new Error("gone");
      return { total: 12.5 };
    },
  }),
};

test("the AI SDK generates, streams and loops over a socket", async () => {
  const server = await serve();
  const compatible = createOpenAICompatible({ name: "aegis", baseURL: server.url, includeUsage: true });
  const model = compatible.chatModel("any");
  const generated = await generateText({ model, tools, prompt: "W1?", stopWhen: stepCountIs(4) });
  expect(generated.text).toBe("It costs 12.5 dollars.");
  expect(generated.usage.inputTokens).toBeGreaterThan(0);
  const streamed = streamText({ model, tools, prompt: "W1?", stopWhen: stepCountIs(4) });
  expect(await streamed.text).toBe("It costs 12.5 dollars.");
  expect((await streamed.usage).outputTokens).toBeGreaterThan(0);
  const agent = new ToolLoopAgent({ model, tools });
  expect((await agent.generate({ prompt: "W1?" })).text).toBe("It costs 12.5 dollars.");
  expect(await (await agent.stream({ prompt: "hi" })).text).toBe("Hello there, how are you?");
});

const python = `
import json, sys, urllib.request, urllib.error
url = sys.argv[1]
def post(body):
    data = json.dumps(body).encode()
    request = urllib.request.Request(url + "/chat/completions", data=data, headers={"content-type": "application/json"})
    return urllib.request.urlopen(request)
tools = [{"type": "function", "function": {"name": "orders_get", "parameters": {"type": "object"}}}]
messages = [{"role": "user", "content": "W1?"}]
message = json.load(post({"messages": messages, "tools": tools}))["choices"][0]["message"]
call = message["tool_calls"][0]
assert json.loads(call["function"]["arguments"])["order_id"] == "W1"
messages += [message, {"role": "tool", "tool_call_id": call["id"], "content": json.dumps({"total": 3})}]
print(json.load(post({"messages": messages, "tools": tools}))["choices"][0]["message"]["content"])
lines = [line.decode().strip() for line in post({"messages": [{"role": "user", "content": "hi"}], "stream": True}) if line.strip()]
assert lines[-1] == "data: [DONE]", lines[-1]
chunks = [json.loads(line[6:]) for line in lines[:-1]]
print("".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks))
try:
    post({"messages": [{"role": "user", "content": "limit"}]})
except urllib.error.HTTPError as error:
    print(error.code, error.headers["retry-after"], json.load(error)["error"]["code"])
try:
    post({"messages": [{"role": "user", "content": "x" * int(sys.argv[2])}]})
except urllib.error.HTTPError as error:
    print(error.code, json.load(error)["error"]["code"])
`;

test("a Python program of the standard library talks to it", async () => {
  const server = await serve();
  const { stdout } = await promisify(execFile)("python3", [
    "-c",
    python,
    server.url,
    String(LIMITS.requestBodyBytesMax),
  ]);
  expect(stdout.trim().split("\n")).toEqual([
    "It costs 3 dollars.",
    "Hello there, how are you?",
    "429 2 model.rate_limited",
    "413 model.body_too_large",
  ]);
});
