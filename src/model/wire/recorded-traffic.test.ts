import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { ProviderExchange } from "./provider-exchange.ts";
import { readProviderExchange } from "./read-provider-exchange.ts";

// Real HTTP that others recorded (VCR cassettes), errors included.
const folder = join(
  process.env["AEGIS_DATA"] ?? join(import.meta.dirname, "../../../../shared/data"),
  "http_cassettes",
);
const hasData = existsSync(folder);

type Body = string | Buffer | { readonly string: string | Buffer };
interface Side {
  readonly headers: Record<string, string[]>;
  readonly body?: Body | null;
  /** A recorder's own reading of a JSON body. */
  readonly parsed_body?: unknown;
}
interface Interaction {
  readonly request: Side & { readonly method: string; readonly uri: string };
  readonly response: Side & { readonly status: { readonly code: number } };
}

function bytesOf({ body, parsed_body: parsed }: Side): Buffer {
  if (parsed !== undefined) return Buffer.from(JSON.stringify(parsed));
  const given = typeof body === "object" && body !== null && "string" in body ? body.string : (body ?? "");
  return Buffer.from(given as string);
}

const headersOf = ({ headers }: Side) =>
  Object.entries(headers).flatMap(([name, values]) => values.map((value) => [name, value] as const));

function exchangeOf({ request, response }: Interaction): ProviderExchange {
  return {
    method: request.method,
    url: request.uri,
    requestHeaders: headersOf(request),
    requestBody: bytesOf(request),
    status: response.status.code,
    responseHeaders: headersOf(response),
    responseBody: bytesOf(response),
    durationMs: 1,
    isWhole: true,
  };
}

const interactions = hasData
  ? readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => /\.ya?ml$/.test(file))
      .sort()
      .flatMap((file) => {
        const cassette = parse(readFileSync(join(folder, file), "utf8")) as { interactions: Interaction[] };
        return cassette.interactions.map((interaction, index) => ({ name: `${file}#${index}`, interaction }));
      })
  : [];

/** Read apart from the code under test: the last segments of the path alone. */
const isModelCall = ({ request }: Interaction) =>
  /\/(chat\/completions|responses|messages)$/.test(new URL(request.uri).pathname);

type Fields = Record<string, unknown>;

function jsonOf(side: Side): Fields {
  const bytes = bytesOf(side);
  return JSON.parse((bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString("utf8")) as Fields;
}

const parsedText = (text: unknown): unknown => (typeof text === "string" ? JSON.parse(text) : text);

/** Calls of tools and tokens as an answer's JSON has them, in whichever of the three forms. */
function readApart(told: Fields) {
  const [choice] = (told["choices"] ?? []) as { message: { tool_calls?: { id: string; function: Fields }[] } }[];
  const items = (told["output"] ?? told["content"] ?? []) as Fields[];
  const usage = (told["usage"] ?? {}) as Record<string, number | undefined>;
  const nested = (name: string, field: string) =>
    (usage[name] as unknown as Record<string, number> | undefined)?.[field];
  const isAnthropic = told["type"] === "message";
  const cacheTokens = (usage["cache_read_input_tokens"] ?? 0) + (usage["cache_creation_input_tokens"] ?? 0);
  return {
    calls: [
      ...(choice?.message.tool_calls ?? []).map(({ id, function: made }) => [id, made["name"], made["arguments"]]),
      ...items.flatMap((item) => {
        if (item["type"] === "function_call") return [[item["call_id"], item["name"], item["arguments"]]];
        return item["type"] === "tool_use" ? [[item["id"], item["name"], item["input"]]] : [];
      }),
    ].map(([callId, tool, given]) => ({ callId, tool, arguments: parsedText(given) })),
    usage: {
      inputTokens: isAnthropic
        ? (usage["input_tokens"] ?? 0) + cacheTokens
        : (usage["prompt_tokens"] ?? usage["input_tokens"]),
      outputTokens: usage["completion_tokens"] ?? usage["output_tokens"],
      cachedInputTokens:
        nested("prompt_tokens_details", "cached_tokens") ??
        nested("input_tokens_details", "cached_tokens") ??
        usage["cache_read_input_tokens"],
      reasoningTokens:
        nested("completion_tokens_details", "reasoning_tokens") ?? nested("output_tokens_details", "reasoning_tokens"),
    },
  };
}

test("the recorded traffic is at hand", ({ skip }) => {
  skip(!hasData, "set AEGIS_DATA to its folder; originals: github.com/traceloop/openllmetry and pydantic/pydantic-ai");
  expect(interactions.length).toBeGreaterThan(0);
});

test.skipIf(!hasData)("model calls are told from all else that was recorded", () => {
  const counts: Record<string, number> = {};
  for (const { interaction, name } of interactions) {
    const call = readProviderExchange(exchangeOf(interaction));
    expect(call !== undefined, name).toBe(isModelCall(interaction));
    if (call) counts[`${call.provider} ${call.format}`] = (counts[`${call.provider} ${call.format}`] ?? 0) + 1;
  }
  // The recordings at hand; a larger set may hold more.
  for (const [who, count] of Object.entries(RECORDED)) expect(counts[who], who).toBeGreaterThanOrEqual(count);
});

const RECORDED = {
  "openai openai-chat": 7,
  "openrouter openai-chat": 3,
  "groq openai-chat": 3,
  "deepseek openai-responses": 1,
  "openai openai-responses": 1,
};

const modelCalls = interactions.filter(({ interaction }) => isModelCall(interaction));

test.skipIf(!hasData).each(modelCalls)("$name says what its JSON says", ({ interaction }) => {
  const call = readProviderExchange(exchangeOf(interaction));
  const asked = jsonOf(interaction.request);
  expect(call?.model).toBe(asked["model"]);
  if (call?.format === "openai-chat") expect(call.messages).toHaveLength((asked["messages"] as unknown[]).length);
  const { code } = interaction.response.status;
  if (code >= 400) {
    expect(call?.answer).toBeUndefined();
    const name = code === 429 ? "model.rate_limited" : "model.unavailable";
    const { message } = jsonOf(interaction.response)["error"] as { message: string };
    expect(call?.error).toMatchObject({ status: code, name, message });
    return;
  }
  expect(call?.error).toBeUndefined();
  if (headersOf(interaction.response).some(([, value]) => value.startsWith("text/event-stream"))) {
    expect(call?.answer?.finishReason).not.toBe("error");
    return;
  }
  const told = jsonOf(interaction.response);
  const { calls, usage } = readApart(told);
  expect(call?.answer?.message.toolRequests ?? []).toEqual(calls);
  expect(call?.answer?.usage).toEqual(usage);
  expect(call?.answer?.model ?? call?.model).toBe(told["model"]);
  const [choice] = (told["choices"] ?? []) as { message: { content?: string } }[];
  if (choice) expect(call?.answer?.message.content).toBe(choice.message.content ?? "");
});
