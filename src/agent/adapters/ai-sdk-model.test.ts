import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { convertArrayToReadableStream, MockLanguageModelV4 } from "ai/test";
import { expect, test } from "vitest";
import { openContext } from "./open-context.test-kit.ts";
import { type AiSdkModel, wrapModel } from "./ai-sdk-model.ts";

const usage = {
  inputTokens: { total: 10, noCache: 10, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 5, text: 5, reasoning: 0 },
};
const signature = { anthropic: { signature: "s1" } };
const parts: LanguageModelV4StreamPart[] = [
  { type: "stream-start", warnings: [] },
  { type: "response-metadata", modelId: "m-2026" },
  { type: "reasoning-start", id: "r" },
  { type: "reasoning-delta", id: "r", delta: "hm" },
  { type: "reasoning-end", id: "r", providerMetadata: signature },
  { type: "text-start", id: "t" },
  { type: "text-delta", id: "t", delta: "Hello " },
  { type: "text-delta", id: "t", delta: "there" },
  { type: "text-end", id: "t" },
  { type: "tool-call", toolCallId: "c1", toolName: "orders_get", input: '{"id":7}' },
  { type: "finish", usage, finishReason: { unified: "tool-calls", raw: "tool_use" }, providerMetadata: signature },
];

const streaming = (given: readonly LanguageModelV4StreamPart[]) =>
  new MockLanguageModelV4({ doStream: async () => ({ stream: convertArrayToReadableStream([...given]) }) });

const call: LanguageModelV4CallOptions = { prompt: [{ role: "user", content: [{ type: "text", text: "hi" }] }] };

async function partsOf(model: AiSdkModel): Promise<LanguageModelV4StreamPart[]> {
  const { stream } = await model.doStream(call);
  const read: LanguageModelV4StreamPart[] = [];
  for await (const part of stream as unknown as AsyncIterable<LanguageModelV4StreamPart>) read.push(part);
  return read;
}

/** What a reader makes of a stream, however it is cut into parts. */
function told(stream: readonly LanguageModelV4StreamPart[]) {
  const textOf = (type: string) =>
    stream.map((part) => (part.type === type && "delta" in part ? part.delta : "")).join("");
  return {
    text: textOf("text-delta"),
    reasoning: textOf("reasoning-delta"),
    signature: stream.find((part) => part.type === "reasoning-end")?.providerMetadata,
    call: stream.find((part) => part.type === "tool-call"),
    finish: stream.at(-1),
  };
}

test("a stream is shown part by part as it came, and logged whole before its last part", async () => {
  const { context, events, of } = openContext();
  const { stream } = await wrapModel(streaming(parts), context.boundary).doStream(call);
  const seen: LanguageModelV4StreamPart[] = [];
  for await (const part of stream as unknown as AsyncIterable<LanguageModelV4StreamPart>) {
    if (part.type === "finish") expect(events.at(-1)?.type).toBe("model.returned");
    seen.push(part);
  }
  expect(seen).toEqual(parts);
  expect(of("model.returned")).toMatchObject([
    {
      model: "m-2026",
      finishReason: "tool-calls",
      usage: { inputTokens: 10, outputTokens: 5 },
      costMicroUsd: 7,
      message: { content: "Hello there", toolRequests: [{ callId: "c1", tool: "orders_get", arguments: { id: 7 } }] },
    },
  ]);
});

test.each(["doStream", "doGenerate"] as const)(
  "a call answered from the journal is told again by %s, and not made",
  async (how) => {
    const first = openContext();
    const original = await partsOf(wrapModel(streaming(parts), first.context.boundary));
    const silent = streaming(parts);
    const again = openContext({ earlier: first.events });
    const model = wrapModel(silent, again.context.boundary);
    if (how === "doStream") {
      const { finish: _first, ...content } = told(original);
      expect(told(await partsOf(model))).toMatchObject(content);
    } else {
      const result = await model.doGenerate(call);
      expect(result.content).toMatchObject([
        { type: "reasoning", text: "hm", providerMetadata: signature },
        { type: "text", text: "Hello there" },
        { type: "tool-call", toolCallId: "c1", input: '{"id":7}' },
      ]);
      expect(result.finishReason.unified).toBe("tool-calls");
    }
    expect(silent.doStreamCalls.length + silent.doGenerateCalls.length).toBe(0);
    expect(again.events).toEqual(first.events);
  },
);

const broken = new Error("overloaded");
test.each([
  {
    why: "an error in it",
    stream: [...parts.slice(0, 4), { type: "error", error: broken } as const],
    says: "overloaded",
  },
  { why: "an error that is no Error", stream: [{ type: "error", error: "bad" } as const], says: "bad" },
  { why: "no end", stream: parts.slice(0, -1), says: "without a finish part" },
  { why: "nothing in it", stream: [], says: "without a finish part" },
])("a stream with $why fails for its reader and in the log", async ({ stream, says }) => {
  const { context, of } = openContext();
  await expect(partsOf(wrapModel(streaming(stream), context.boundary))).rejects.toThrow(says);
  expect(of("model.returned")).toMatchObject([
    { error: { message: expect.stringContaining(says) }, costMicroUsd: null },
  ]);
});

test("a reader that turns away ends the call, in the log too", async () => {
  const { context, of } = openContext();
  const { stream } = await wrapModel(streaming(parts), context.boundary).doStream(call);
  const reader = stream.getReader();
  await reader.read();
  await reader.cancel("enough");
  await expect.poll(() => of("model.returned").length).toBe(1);
  expect(of("model.returned")[0]?.error).toBeDefined();
});

test("calls are marked as logged, a model is wrapped once, and rate limits are waited out", async () => {
  const { context, of } = openContext();
  const turnedAway = Object.assign(new Error("later"), { statusCode: 429, responseHeaders: { "retry-after-ms": "1" } });
  let callCount = 0;
  const model = new MockLanguageModelV4({
    doGenerate: async () => {
      callCount += 1;
      if (callCount === 1) throw turnedAway;
      return {
        content: [{ type: "text", text: "ok" }],
        finishReason: { unified: "stop", raw: undefined },
        usage,
        warnings: [],
      };
    },
  });
  const wrapped: LanguageModelV4 = wrapModel(model, context.boundary);
  expect(wrapModel(wrapped, context.boundary)).toBe(wrapped);
  await wrapped.doGenerate(call);
  expect(model.doGenerateCalls.map(({ headers }) => headers)).toEqual([
    { "x-aegis-logged": "1" },
    { "x-aegis-logged": "1" },
  ]);
  expect(of("model.returned")).toMatchObject([{ message: { content: "ok" } }]);
});
