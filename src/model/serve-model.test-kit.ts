/* oxlint-disable unicorn/no-thenable -- rules are when/then */
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterEach } from "vitest";
import type { ChatExchange, ChatHandlerOptions } from "./chat-handler.ts";
import type { Script } from "./script.ts";
import { scriptedModel } from "./scripted-model.ts";
import { type ModelServer, serveModel } from "./serve-model.ts";

export const NOTE = "a long note — with ünicode 🙂 in it";
const script: Script = {
  id: "support",
  rules: [
    { when: { user: "limit" }, then: { error: { status: 429, retryAfterMs: 1_500 } } },
    { when: { user: "overload" }, then: { error: { status: 529 } } },
    { when: { user: "cut" }, then: { say: "I was go", finishReason: "length" } },
    {
      when: { user: "(W\\d+) and (W\\d+)", notCalled: "orders_get", offered: "orders_get" },
      then: {
        reasoning: "Two orders to look up.",
        say: "I look both up.",
        call: [
          { tool: "orders_get", arguments: { order_id: "{{user.1}}", note: NOTE } },
          { tool: "orders_get", arguments: { order_id: "{{user.2}}" } },
        ],
      },
    },
    { when: { lastFailed: true }, then: { say: "That failed." } },
    { when: { lastTool: "orders_get" }, then: { say: "The last costs {{result.orders_get.total}} dollars." } },
  ],
  fallback: { say: "Hello there, how are you?" },
  usage: { inputTokens: 120, outputTokens: 30, cachedInputTokens: 20, reasoningTokens: 10 },
};

const open: ModelServer[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((server) => server.close()))));

export async function serve(options: Partial<ChatHandlerOptions> = {}) {
  const exchanges: ChatExchange[] = [];
  const onExchange = (exchange: ChatExchange) => void exchanges.push(exchange);
  const server = await serveModel({ model: scriptedModel(script), onExchange, ...options });
  open.push(server);
  const openai = new OpenAI({ baseURL: server.url, apiKey: "secret", maxRetries: 0 });
  const anthropic = new Anthropic({ baseURL: server.url.replace(/\/v1$/, ""), apiKey: "secret", maxRetries: 0 });
  return { server, exchanges, openai, anthropic };
}

export const schema = { type: "object" as const, properties: { order_id: { type: "string" } } };
export const results = [{ total: 5 }, { total: 12.5 }];
const lookup = { tool: "orders_get", arguments: { order_id: "W1", note: NOTE } };

/** What the model was asked in the end, whoever asked. */
export const CONVERSATION = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "W1 and W2?" },
  {
    role: "assistant",
    content: "I look both up.",
    reasoning: "Two orders to look up.",
    toolRequests: [lookup, { tool: "orders_get", arguments: { order_id: "W2" } }],
  },
  { role: "tool", tool: "orders_get", result: results[0] },
  { role: "tool", tool: "orders_get", result: results[1] },
];
