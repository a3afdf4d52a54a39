import { APICallError } from "@ai-sdk/provider";
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { generateText } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { expect, test } from "vitest";
import type { ObservedSpan, RunEvent } from "../../domain/index.ts";
import { toJson, type JsonObject } from "../../kernel/index.ts";
import { measureTrial } from "../../log/index.ts";
import { buildObservedLog } from "./build-observed-log.ts";
import { summarizeTrace } from "./summarize-trace.ts";
import { expectWholeConversation, generate, INTEGRATIONS, stream, type Telemetry } from "./weather-agent.test-kit.ts";

const CALLS = [
  { name: "generateText", ask: generate },
  { name: "streamText", ask: stream },
];
const cases = INTEGRATIONS.flatMap((integration) => CALLS.map((call) => ({ ...integration, ...call })));

test.each(cases)(
  "$name told in $dialect: conversation, calls, usage and failures are whole",
  async ({ Integration, ask }) => {
    const { events, spanCount } = await observe(Integration, ask);
    expectWholeConversation(events);
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

async function observe(
  Integration: (typeof INTEGRATIONS)[number]["Integration"],
  ask: (telemetry: Telemetry) => Promise<void>,
): Promise<{ events: readonly RunEvent[]; spanCount: number }> {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  await ask({ functionId: "forecaster", integrations: [new Integration({ tracer: provider.getTracer("test") })] });
  await provider.forceFlush();
  const spans = exporter.getFinishedSpans().map(observed);
  return { events: buildObservedLog(spans).events, spanCount: spans.length };
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
