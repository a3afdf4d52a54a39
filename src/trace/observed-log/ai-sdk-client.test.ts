import { LegacyOpenTelemetry, OpenTelemetry } from "@ai-sdk/otel";
import { APICallError, type LanguageModelV4Content, type LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { generateText, stepCountIs, streamText, tool } from "ai";
import { convertArrayToReadableStream, MockLanguageModelV4 } from "ai/test";
import { expect, test } from "vitest";
import { z } from "zod";
import type { ObservedSpan, RunEvent } from "../../domain/index.ts";
import { toJson, type JsonObject } from "../../kernel/index.ts";
import { conversation, measureTrial, toolCalls } from "../../log/index.ts";
import { buildObservedLog } from "./build-observed-log.ts";
import { summarizeTrace } from "./summarize-trace.ts";

const usage = {
  inputTokens: { total: 100, noCache: 60, cacheRead: 40, cacheWrite: 0 },
  outputTokens: { total: 20, text: 15, reasoning: 5 },
};
const STEPS: readonly (readonly LanguageModelV4Content[])[] = [
  [
    { type: "reasoning", text: "I need both." },
    { type: "text", text: "Let me look." },
    { type: "tool-call", toolCallId: "c1", toolName: "weather", input: '{"city":"Paris"}' },
    { type: "tool-call", toolCallId: "c2", toolName: "broken", input: "{}" },
  ],
  [{ type: "text", text: "It is 18 degrees." }],
];

const tools = {
  weather: tool({
    description: "Weather of a city.",
    inputSchema: z.object({ city: z.string() }),
    execute: ({ city }) => ({ city, degrees: 18 }),
  }),
  broken: tool({
    inputSchema: z.object({}),
    execute: (): string => {
      throw new RangeError("out of order");
    },
  }),
};

const INTEGRATIONS = [
  { dialect: "gen_ai.*", Integration: OpenTelemetry },
  { dialect: "ai.*", Integration: LegacyOpenTelemetry },
];
const CALLS = [
  { name: "generateText", ask: generate },
  { name: "streamText", ask: stream },
];
const cases = INTEGRATIONS.flatMap((integration) => CALLS.map((call) => ({ ...integration, ...call })));

test.each(cases)(
  "$name told in $dialect: conversation, calls, usage and failures are whole",
  async ({ Integration, ask }) => {
    const { events, spanCount } = await observe(Integration, ask);
    // The two calls run side by side: whichever ends first is told first.
    const said = conversation(events);
    const results = said
      .splice(2, 2)
      .toSorted((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
    expect([...said.slice(0, 2), ...results, ...said.slice(2)]).toMatchObject([
      { role: "user", content: "Weather in Paris?" },
      {
        role: "assistant",
        content: "Let me look.",
        reasoning: "I need both.",
        toolRequests: [
          { callId: "c1", tool: "weather", arguments: { city: "Paris" } },
          { callId: "c2", tool: "broken", arguments: {} },
        ],
      },
      { role: "tool", callId: "c1", tool: "weather", result: { city: "Paris", degrees: 18 } },
      { role: "tool", callId: "c2", tool: "broken", isError: true },
      { role: "assistant", content: "It is 18 degrees." },
    ]);
    const calls = toolCalls(events);
    expect(calls.map(({ called, isError }) => [called.callId, isError])).toEqual([
      ["c1", false],
      ["c2", true],
    ]);
    expect(calls[1]?.returned?.error).toEqual({ name: "RangeError", message: "out of order" });
    expect(measureTrial(events)).toMatchObject({
      modelCallCount: 2,
      toolCallCount: 2,
      inputTokens: 200,
      outputTokens: 40,
    });
    const called = events.filter((event) => event.type === "model.called");
    expect(called.map(({ model, toolNames, settings }) => ({ model, toolNames, settings }))).toEqual([
      {
        model: "gpt-4o",
        toolNames: ["weather", "broken"],
        settings: expect.objectContaining({ temperature: 0.5 }) as unknown,
      },
      {
        model: "gpt-4o",
        toolNames: ["weather", "broken"],
        settings: expect.objectContaining({ temperature: 0.5 }) as unknown,
      },
    ]);
    expect(called[0]?.added).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "Weather in Paris?" },
    ]);
    expect(called[1]?.keptCount).toBe(2);
    expect(summarizeTrace(events, { runId: "run_1" as never, spanCount })).toMatchObject({
      agent: { name: "forecaster" },
      models: ["gpt-4o-2024-08-06"],
      tools: ["weather", "broken"],
      outcome: "answered",
      title: "Weather in Paris?",
      errorCount: 1,
      spanCount,
      // 60 plain and 40 cached input tokens, 20 output tokens; twice.
      costMicroUsd: 2 * (150 + 50 + 200),
    });
    expect(events.find((event) => event.type === "run.started")?.attributes?.["tools"]).toMatchObject([
      { name: "weather", description: "Weather of a city.", inputSchema: { properties: { city: { type: "string" } } } },
      { name: "broken" },
    ]);
  },
);

test.each(INTEGRATIONS)("a provider that refuses, told in $dialect, is a failed run", async ({ Integration }) => {
  const refuse = async (telemetry: Telemetry) => {
    const model = new MockLanguageModelV4({
      modelId: "gpt-4o",
      doGenerate: () => {
        throw new APICallError({
          message: "Too many requests",
          url: "https://x.test",
          requestBodyValues: {},
          statusCode: 429,
        });
      },
    });
    await expect(generateText({ model, prompt: "Hi", maxRetries: 0, telemetry })).rejects.toThrow("Too many requests");
  };
  const { events } = await observe(Integration, refuse);
  expect(events.at(-1)).toMatchObject({
    type: "run.ended",
    outcome: "failed",
    error: { message: "Too many requests" },
  });
  expect(events.find((event) => event.type === "model.returned")).toMatchObject({
    error: { message: "Too many requests" },
    costMicroUsd: null,
  });
  expect(events.some((event) => event.type === "message.sent")).toBe(false);
});

interface Telemetry {
  readonly functionId: string;
  readonly integrations: (OpenTelemetry | LegacyOpenTelemetry)[];
}

async function observe(
  Integration: typeof OpenTelemetry | typeof LegacyOpenTelemetry,
  ask: (telemetry: Telemetry) => Promise<void>,
): Promise<{ events: readonly RunEvent[]; spanCount: number }> {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  await ask({ functionId: "forecaster", integrations: [new Integration({ tracer: provider.getTracer("test") })] });
  await provider.forceFlush();
  const spans = exporter.getFinishedSpans().map(observed);
  return { events: buildObservedLog(spans).events, spanCount: spans.length };
}

async function generate(telemetry: Telemetry): Promise<void> {
  let step = 0;
  const model = new MockLanguageModelV4({
    provider: "openai.chat",
    modelId: "gpt-4o",
    doGenerate: async () => {
      const content = [...(STEPS[step] ?? [])];
      step += 1;
      return {
        content,
        finishReason: finish(content),
        usage,
        warnings: [],
        response: { modelId: "gpt-4o-2024-08-06" },
      };
    },
  });
  await generateText({ model, tools, ...ASKED, telemetry });
}

async function stream(telemetry: Telemetry): Promise<void> {
  let step = 0;
  const model = new MockLanguageModelV4({
    provider: "openai.chat",
    modelId: "gpt-4o",
    doStream: async () => {
      const content = STEPS[step] ?? [];
      step += 1;
      return { stream: convertArrayToReadableStream(streamed(content)) };
    },
  });
  await streamText({ model, tools, ...ASKED, telemetry }).consumeStream();
}

const ASKED = {
  instructions: "Be brief.",
  prompt: "Weather in Paris?",
  temperature: 0.5,
  stopWhen: stepCountIs(3),
};

function streamed(content: readonly LanguageModelV4Content[]): LanguageModelV4StreamPart[] {
  const parts = content.flatMap((part, index): LanguageModelV4StreamPart[] => {
    const id = String(index);
    if (part.type === "tool-call") return [part];
    if (part.type !== "text" && part.type !== "reasoning") return [];
    return [
      { type: `${part.type}-start`, id },
      { type: `${part.type}-delta`, id, delta: part.text },
      { type: `${part.type}-end`, id },
    ];
  });
  return [
    { type: "stream-start", warnings: [] },
    { type: "response-metadata", modelId: "gpt-4o-2024-08-06" },
    ...parts,
    { type: "finish", usage, finishReason: finish(content) },
  ];
}

function finish(content: readonly LanguageModelV4Content[]) {
  const isCalling = content.some(({ type }) => type === "tool-call");
  return { unified: isCalling ? ("tool-calls" as const) : ("stop" as const), raw: undefined };
}

function observed(span: ReadableSpan): ObservedSpan {
  const { traceId, spanId } = span.spanContext();
  const parent = span.parentSpanContext?.spanId;
  return {
    traceId,
    spanId,
    name: span.name,
    startNs: nanoseconds(span.startTime),
    endNs: nanoseconds(span.endTime),
    attributes: toJson(span.attributes) as JsonObject,
    events: span.events.map((event) => ({
      name: event.name,
      timeNs: nanoseconds(event.time),
      attributes: toJson(event.attributes ?? {}) as JsonObject,
    })),
    resource: toJson(span.resource.attributes) as JsonObject,
    ...(parent !== undefined && { parentSpanId: parent }),
    ...(span.status.code === 2 && {
      status: { code: "error" as const, ...(span.status.message !== undefined && { message: span.status.message }) },
    }),
  };
}

function nanoseconds([seconds, rest]: readonly [number, number]): string {
  return String(BigInt(seconds) * 1_000_000_000n + BigInt(rest));
}
