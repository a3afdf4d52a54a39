/* oxlint-disable unicorn/no-thenable -- rules are when/then */
import { connect } from "node:net";
import OpenAI from "openai";
import { afterEach, expect, test } from "vitest";
import type { ChatExchange, ChatHandlerOptions } from "./chat-handler.ts";
import type { LanguageModel } from "./language-model.ts";
import type { Script } from "./script.ts";
import { scriptedModel } from "./scripted-model.ts";
import { type ModelServer, serveModel } from "./serve-model.ts";

const script: Script = {
  id: "support",
  rules: [
    { when: { user: "limit" }, then: { error: { status: 429, retryAfterMs: 1_500 } } },
    { when: { user: "down" }, then: { error: { status: 503 } } },
    {
      when: { user: "(W\\d+)", notCalled: "orders_get", offered: "orders_get" },
      then: {
        call: {
          tool: "orders_get",
          arguments: { order_id: "{{user.1}}", note: "a long note — with ünicode 🙂 in it" },
        },
      },
    },
    { when: { lastFailed: true }, then: { say: "That failed." } },
    { when: { lastTool: "orders_get" }, then: { say: "It costs {{result.orders_get.total}} dollars." } },
  ],
  fallback: { say: "Hello there, how are you?" },
};

const open: ModelServer[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((server) => server.close()))));

async function serve(options: Partial<ChatHandlerOptions> = {}) {
  const exchanges: ChatExchange[] = [];
  const onExchange = (exchange: ChatExchange) => void exchanges.push(exchange);
  const server = await serveModel({ model: scriptedModel(script), onExchange, ...options });
  open.push(server);
  const openai = new OpenAI({ baseURL: server.url, apiKey: "secret", maxRetries: 0 });
  return { server, exchanges, openai };
}

const chat = async (url: string, body: unknown) =>
  fetch(`${url}/chat/completions`, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) });
const hello = { messages: [{ role: "user", content: "hi" }] };
const openAiTool = {
  type: "function",
  function: { name: "orders_get", parameters: { type: "object", properties: { order_id: { type: "string" } } } },
} as const;
const ask = (content: string) => ({
  model: "any",
  messages: [{ role: "user" as const, content }],
  tools: [openAiTool],
});

test("the openai client completes, with a tool call and its result", async () => {
  const { openai, exchanges } = await serve();
  const first = await openai.chat.completions.create(ask("Where is W1?"));
  const [call] = first.choices[0]?.message.tool_calls ?? [];
  expect(first).toMatchObject({
    object: "chat.completion",
    model: "scripted/support",
    choices: [{ finish_reason: "tool_calls", message: { content: null } }],
  });
  expect(call?.type === "function" && JSON.parse(call.function.arguments)).toMatchObject({ order_id: "W1" });
  const second = await openai.chat.completions.create({
    ...ask("Where is W1?"),
    messages: [
      ...ask("Where is W1?").messages,
      first.choices[0]!.message,
      { role: "tool", tool_call_id: call!.id, content: JSON.stringify({ total: 12.5 }) },
    ],
    temperature: 0,
    max_completion_tokens: 50,
    stop: "END",
    seed: 4,
  });
  expect(second.choices[0]).toMatchObject({ finish_reason: "stop", message: { content: "It costs 12.5 dollars." } });
  expect(second.usage?.total_tokens).toBe(second.usage!.prompt_tokens + second.usage!.completion_tokens);
  expect(exchanges).toHaveLength(2);
  expect(exchanges[1]).toMatchObject({
    provider: "scripted",
    model: "scripted/support",
    request: {
      messages: [
        { role: "user" },
        { role: "assistant" },
        { role: "tool", tool: "orders_get", result: { total: 12.5 } },
      ],
      tools: [{ name: "orders_get" }],
      settings: { temperature: 0, maxOutputTokens: 50, stopSequences: ["END"], seed: 4 },
    },
    answer: { message: { content: "It costs 12.5 dollars." } },
  });
  expect(exchanges[1]?.headers["user-agent"]).toContain("OpenAI");
  expect(JSON.stringify(exchanges)).not.toContain("secret");
});

test("the openai client streams text, tool calls and usage", async () => {
  const { openai } = await serve();
  const words: string[] = [];
  let usage: unknown;
  const stream = await openai.chat.completions.create({
    model: "any",
    messages: [{ role: "user", content: "hi" }],
    stream: true,
    stream_options: { include_usage: true },
  });
  for await (const chunk of stream) {
    const delta = chunk.choices[0]?.delta.content;
    if (delta) words.push(delta);
    usage = chunk.usage ?? usage;
  }
  expect(words.join("")).toBe("Hello there, how are you?");
  expect(words.length).toBeGreaterThan(3);
  expect(usage).toMatchObject({ prompt_tokens: expect.any(Number), completion_tokens: expect.any(Number) });
  const final = await openai.chat.completions.stream(ask("W2?")).finalChatCompletion();
  const [call] = final.choices[0]?.message.tool_calls ?? [];
  expect(call?.type === "function" && JSON.parse(call.function.arguments)).toEqual({
    order_id: "W2",
    note: "a long note — with ünicode 🙂 in it",
  });
  expect(final.choices[0]?.finish_reason).toBe("tool_calls");
});

test("a failing provider keeps its status, and the failure is told", async () => {
  const { openai, exchanges } = await serve();
  const limited = await openai.chat.completions.create(ask("limit")).then(null, (error: unknown) => error);
  expect(limited).toBeInstanceOf(OpenAI.RateLimitError);
  await expect(openai.chat.completions.create(ask("down"))).rejects.toMatchObject({ status: 503 });
  expect(exchanges.map(({ error }) => error)).toMatchObject([
    { code: "model.rate_limited" },
    { code: "model.unavailable" },
  ]);
});

test.each([
  { why: "no JSON", body: "{", status: 400, says: "no JSON" },
  { why: "no messages", body: {}, status: 400, says: "messages" },
  {
    why: "an unknown role",
    body: { messages: [{ role: "robot", content: "" }] },
    status: 400,
    says: "messages.0.role",
  },
  { why: "many answers", body: { ...hello, n: 2 }, status: 400, says: "n: only one" },
  { why: "outdated functions", body: { ...hello, functions: [] }, status: 400, says: "tools" },
])("$why is refused with $status", async ({ body, status, says }) => {
  const { server } = await serve();
  const response = await chat(server.url, body);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({
    error: { message: expect.stringContaining(says), code: "model.bad_request" },
  });
});

test("lists its models, tells its health, and knows no other path", async () => {
  const models = [scriptedModel(script), scriptedModel({ ...script, id: "other", rules: [] })];
  const { server, openai } = await serve({ models });
  expect((await openai.models.list()).data.map(({ id }) => id)).toEqual(["scripted/support", "scripted/other"]);
  expect((await openai.chat.completions.create({ ...ask("W1"), model: "scripted/other" })).model).toBe(
    "scripted/other",
  );
  expect((await openai.chat.completions.create({ ...ask("W1"), model: "gpt-4o" })).model).toBe("scripted/support");
  expect((await fetch(server.url.replace("/v1", "/health"))).status).toBe(200);
  expect((await fetch(`${server.url}/embeddings`, { method: "POST" })).status).toBe(404);
  expect((await fetch(`${server.url}/chat/completions`)).status).toBe(404);
});

test("calls beyond the limit are told to wait; one that hangs up stops its model", async () => {
  const started = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<void>();
  const slow: LanguageModel = {
    provider: "p",
    id: "slow",
    generate: ({ signal }) =>
      new Promise((_resolve, reject) => {
        started.resolve();
        signal?.addEventListener("abort", () => {
          stopped.resolve();
          reject(signal.reason as Error);
        });
      }),
  };
  const { server } = await serve({ model: slow, maxConcurrent: 1 });
  const hangUp = new AbortController();
  const first = fetch(`${server.url}/chat/completions`, {
    method: "POST",
    body: JSON.stringify(hello),
    signal: hangUp.signal,
  }).catch(() => null);
  await started.promise;
  const second = await chat(server.url, hello);
  expect(second.status).toBe(429);
  expect(second.headers.get("retry-after")).toBe("1");
  hangUp.abort();
  await stopped.promise;
  expect(await first).toBe(null);
});

test("what cannot be recorded is not answered", async () => {
  const { server } = await serve({ onExchange: () => Promise.reject(new Error("disk full: /secret/path")) });
  const response = await chat(server.url, hello);
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("secret");
});

test("a seed of the server stands in for a missing one", async () => {
  const { server, exchanges } = await serve({ seed: 5 });
  await chat(server.url, hello);
  await chat(server.url, { ...hello, seed: 6 });
  expect(exchanges.map(({ request }) => request.settings)).toEqual([{ seed: 5 }, { seed: 6 }]);
});

test.each(["0.0.0.0", "::", "192.168.0.1", "example.com"])("does not bind %s", async (host) => {
  await expect(serveModel({ model: scriptedModel(script), host })).rejects.toMatchObject({ code: "model.unsafe_bind" });
});

test.each([
  { why: "another origin", header: "Origin: https://example.com" },
  { why: "another host name", header: "X-None: 1", host: "example.com" },
])("a browser that comes from $why is turned away", async ({ header, host = "127.0.0.1" }) => {
  const { server } = await serve();
  const { port } = new URL(server.url);
  const socket = connect(Number(port), "127.0.0.1");
  socket.write(`GET /v1/models HTTP/1.1\r\nHost: ${host}\r\n${header}\r\nConnection: close\r\n\r\n`);
  let answer = "";
  for await (const chunk of socket) answer += String(chunk);
  expect(answer.split("\r\n")[0]).toBe("HTTP/1.1 403 Forbidden");
});
