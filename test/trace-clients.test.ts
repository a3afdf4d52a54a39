import { convertGenAISpanAttributesToOpenInferenceSpanAttributes } from "@arizeai/openinference-genai";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RunEvent, TraceSummary } from "../src/domain/index.ts";
import { conversation, measureTrial, toolCalls } from "../src/log/index.ts";
import {
  expectWholeConversation,
  generate,
  INTEGRATIONS,
  stream,
} from "../src/trace/observed-log/weather-agent.test-kit.ts";
import { eventually, runCli, testProject } from "./cli-kit.ts";
import { desk } from "./openinference-agent.ts";
import { ECHO, eventsBy, listedBy, serve } from "./trace-kit.ts";

/** SpanStatusCode.ERROR */
const ERROR = 2;
const QUIET_MS = 20_000;
const EXPORTERS = [
  { encoding: "protobuf, gzip", Exporter: ProtobufExporter, compression: "gzip" },
  { encoding: "JSON", Exporter: JsonExporter, compression: "none" },
];

let folder: string;
let url: string;
beforeEach(async () => {
  folder = testProject(ECHO);
  ({ url } = await serve(folder));
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** A program's telemetry, as its manual says to set it up, and how many spans it sends. */
function openTelemetry({ Exporter, compression }: (typeof EXPORTERS)[number], change = (span: ReadableSpan) => span) {
  vi.stubEnv("OTEL_EXPORTER_OTLP_COMPRESSION", compression);
  const inner = new Exporter({ url: `${url}/v1/traces` });
  const sent = { count: 0, failures: 0 };
  const exporter: SpanExporter = {
    export(spans, done) {
      sent.count += spans.length;
      inner.export(spans.map(change), (result) => {
        sent.failures += result.code;
        done(result);
      });
    },
    shutdown: () => inner.shutdown(),
  };
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ "service.name": "desk-service", "service.version": "3" }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  /** Sends what is left. @returns how many spans were taken in all */
  const end = async () => {
    await provider.shutdown();
    expect(sent.failures).toBe(0);
    return sent.count;
  };
  return { provider, end };
}

/** The one trace that came, once it is settled, its log, and what `aegis trace show` prints of it. */
async function received(spanCount: number): Promise<{ trace: TraceSummary; events: RunEvent[]; shown: string }> {
  await eventually(async () => (await listedBy(url)).some((trace) => trace.spanCount === spanCount), QUIET_MS);
  const traces = await listedBy(url);
  expect(traces).toHaveLength(1);
  const [trace] = traces as [TraceSummary];
  const { stdout, stderr, exitCode } = await runCli(folder, ["trace", "show", trace.runId]);
  expect(exitCode, stderr).toBe(0);
  return { trace, events: await eventsBy(url, trace.traceId ?? ""), shown: stdout };
}

const AI_SDK = INTEGRATIONS.flatMap((integration, index) => [
  { ...integration, name: "generateText", ask: generate, ...EXPORTERS[index]! },
  { ...integration, name: "streamText", ask: stream, ...EXPORTERS[1 - index]! },
]);

/** What lists say of it. */
const WEATHER_RUN = {
  tools: ["weather", "broken"],
  outcome: "answered",
  title: "Weather in Paris?",
  inputTokens: 200,
  outputTokens: 40,
  modelCallCount: 2,
  toolCallCount: 2,
  errorCount: 1,
};

test.each(AI_SDK)("AI SDK, $name, told in $dialect, sent as $encoding", async ({ Integration, ask, ...exporter }) => {
  const { provider, end } = openTelemetry(exporter);
  await ask({ functionId: "forecaster", integrations: [new Integration({ tracer: provider.getTracer("ai") })] });
  const { trace, events, shown } = await received(await end());
  expectWholeConversation(events);
  expect(trace).toMatchObject({
    agent: { name: "forecaster" },
    models: ["gpt-4o-2024-08-06"],
    ...WEATHER_RUN,
    costMicroUsd: 800,
  });
  expect(shown).toMatch(
    /user: Weather in Paris\?[^]*call weather \{"city":"Paris"\}[^]*weather returned \{"city":"Paris","degrees":18\}/,
  );
  expect(shown).toMatch(/broken failed: out of order[^]*agent: It is 18 degrees\./);
});

test.each(EXPORTERS)("AI SDK through OpenInference's conversion, nothing else kept, as $encoding", async (exporter) => {
  const { provider, end } = openTelemetry(exporter, asOpenInference);
  const [{ Integration }] = INTEGRATIONS as [(typeof INTEGRATIONS)[number]];
  await generate({ functionId: "forecaster", integrations: [new Integration({ tracer: provider.getTracer("ai") })] });
  const { trace, events } = await received(await end());
  expect(trace).toMatchObject({
    models: [expect.stringContaining("gpt-4o")],
    ...WEATHER_RUN,
  });
  const said = conversation(events);
  expect([said[0], said[1], said.at(-1)]).toMatchObject([
    { role: "user", content: "Weather in Paris?" },
    {
      role: "assistant",
      toolRequests: [
        { callId: "c1", tool: "weather", arguments: { city: "Paris" } },
        { callId: "c2", tool: "broken" },
      ],
    },
    { role: "assistant", content: "It is 18 degrees." },
  ]);
  expect(toolCalls(events).map(({ called, returned, isError }) => [called.tool, returned?.result, isError])).toEqual([
    ["weather", { city: "Paris", degrees: 18 }, false],
    ["broken", undefined, true],
  ]);
});

test.each(EXPORTERS)("an agent instrumented with OpenInference's own helpers, as $encoding", async (exporter) => {
  const { provider, end } = openTelemetry(exporter);
  await desk(provider);
  const { trace, events, shown } = await received(await end());
  expect(trace).toMatchObject({
    agent: { name: "desk" },
    session: "chat-7",
    user: "ada",
    models: ["gpt-4o"],
    tools: ["orders.get", "orders.cancel"],
    outcome: "answered",
    inputTokens: 55,
    outputTokens: 12,
    modelCallCount: 2,
    toolCallCount: 2,
    errorCount: 1,
  });
  expect(conversation(events)).toMatchObject([
    { role: "user", content: "Cancel W1" },
    {
      role: "assistant",
      toolRequests: [
        { callId: "c1", tool: "orders.get", arguments: { id: "W1" } },
        { callId: "c2", tool: "orders.cancel", arguments: { id: "W1" } },
      ],
    },
    { role: "tool", tool: "orders.get", result: { status: "shipped" } },
    { role: "tool", tool: "orders.cancel", isError: true },
    { role: "assistant", content: "It is on its way already." },
  ]);
  expect(toolCalls(events).map(({ called }) => called.arguments)).toEqual([{ id: "W1" }, { id: "W1" }]);
  expect(measureTrial(events)).toMatchObject({ inputTokens: 55, outputTokens: 12 });
  expect(shown).toMatch(/orders\.cancel failed: too late/);
});

test.each(EXPORTERS)(
  "spans made by hand with the SDK, as $encoding: times, statuses, events and links stay",
  async (exporter) => {
    const { provider, end } = openTelemetry(exporter);
    const tracer = provider.getTracer("by hand", "1.2");
    const root = tracer.startSpan("invoke_agent desk", {
      attributes: {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "desk",
        score: 0.5,
        tags: ["a", "b"],
      },
      startTime: [1_790_000_000, 5],
      links: [{ context: { traceId: "a".repeat(32), spanId: "b".repeat(16), traceFlags: 1 } }],
    });
    root.addEvent("noted", { é: true }, [1_790_000_000, 7]);
    root.recordException(new RangeError("too far"), [1_790_000_001, 0]);
    root.setStatus({ code: ERROR, message: "too far" });
    root.end([1_790_000_002, 999_999_999]);
    const { trace } = await received(await end());
    expect(trace).toMatchObject({ agent: { name: "desk" }, outcome: "failed", durationMs: 3_000 });
    const { stdout } = await runCli(folder, ["trace", "export", trace.runId]);
    const [{ scope, spans }] = (JSON.parse(stdout) as Exported).resourceSpans[0]!.scopeSpans as [ScopeSpans];
    expect(scope).toMatchObject({ name: "by hand", version: "1.2" });
    expect(spans).toMatchObject([
      {
        traceId: trace.traceId,
        startTimeUnixNano: "1790000000000000005",
        endTimeUnixNano: "1790000002999999999",
        status: { code: 2, message: "too far" },
        links: [{ traceId: "a".repeat(32), spanId: "b".repeat(16) }],
        events: [
          {
            name: "noted",
            timeUnixNano: "1790000000000000007",
            attributes: [{ key: "é", value: { boolValue: true } }],
          },
          { name: "exception" },
        ],
      },
    ]);
  },
);

interface ScopeSpans {
  readonly scope: unknown;
  readonly spans: readonly unknown[];
}
interface Exported {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly ScopeSpans[] }[];
}

/** What an exporter of OpenInference's manual does with each span, the attributes it does not know left out. */
function asOpenInference(span: ReadableSpan): ReadableSpan {
  const attributes = convertGenAISpanAttributesToOpenInferenceSpanAttributes(span.attributes) ?? {};
  return Object.create(span, { attributes: { value: attributes, enumerable: true } }) as ReadableSpan;
}
