// What a span costs on its way in: OTLP as protobuf and as JSON to spans, and back. Half are calls of a model with 2 KB of
// messages, half calls of a tool with 300 bytes of arguments and result.
import type { ObservedSpan } from "../src/domain/index.ts";
import { seededRandom } from "../src/kernel/index.ts";
import { decodeTraceJson, decodeTraceProtobuf, encodeTraceJson, encodeTraceProtobuf } from "../src/trace/wire/index.ts";
import { type BenchOptions, runAsProgram } from "./bench.ts";
import type { Figure } from "./figure.ts";

/** As many as OpenTelemetry's tracers send at once. */
const SPANS = 512;

export function measureTraceWire({ isShort }: BenchOptions): Figure[] {
  const spans = recordedLike(SPANS);
  const protobuf = encodeTraceProtobuf(spans);
  const json = encodeTraceJson(spans);
  const rounds = isShort ? 100 : 1_000;
  const parsed = costOf(() => JSON.parse(json), rounds);
  const protobufRead = costOf(() => decodeTraceProtobuf(protobuf), rounds);
  const jsonRead = costOf(() => decodeTraceJson(json), rounds);
  const of = "JSON.parse of the same spans";
  return [
    {
      what: "1,000 spans read from protobuf, CPU time",
      value: protobufRead,
      unit: "ms",
      target: 5,
      peers: [{ name: "JSON.parse of their JSON", value: parsed }],
      bound: { of, ratio: protobufRead / parsed, ratioMax: 2 },
    },
    {
      what: "1,000 spans read from JSON, CPU time",
      value: jsonRead,
      unit: "ms",
      target: 15,
      bound: { of, ratio: jsonRead / parsed, ratioMax: 5 },
    },
    {
      what: "1,000 spans written as protobuf, CPU time",
      value: costOf(() => encodeTraceProtobuf(spans), rounds),
      unit: "ms",
    },
    { what: "1,000 spans written as JSON, CPU time", value: costOf(() => encodeTraceJson(spans), rounds), unit: "ms" },
  ];
}

/** Milliseconds of this thread for 1,000 spans: others on the machine do not count. */
function costOf(perform: () => unknown, rounds: number): number {
  for (let round = 0; round < rounds / 10; round += 1) perform();
  const before = process.threadCpuUsage();
  for (let round = 0; round < rounds; round += 1) perform();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / rounds / SPANS;
}

function recordedLike(count: number): ObservedSpan[] {
  const random = seededRandom(1);
  const hex = (digits: number) => Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join("");
  const resource = {
    "service.name": "support-agent",
    "deployment.environment.name": "production",
    "telemetry.sdk.language": "python",
  };
  const scope = { name: "opentelemetry.instrumentation.openai_v2", version: "2.3b0" };
  return Array.from({ length: count }, (_, index): ObservedSpan => {
    const startMs = 1_763_720_000_000 + index;
    const place = { traceId: hex(32), spanId: hex(16), parentSpanId: hex(16), flags: 257, resource, scope };
    const times = { startNs: `${startMs}123456`, endNs: `${startMs + 900}654321` };
    const isModel = index % 2 === 0;
    const made = isModel ? modelCall(index, hex) : toolCall(index, hex);
    return { ...place, ...times, ...made };
  });
}

type Made = Pick<ObservedSpan, "name" | "kind" | "attributes">;

function modelCall(index: number, hex: (digits: number) => string): Made {
  const said = (role: string, content: string) => ({ role, parts: [{ type: "text", content }] });
  const attributes = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4.1",
    "gen_ai.response.model": "gpt-4.1-2025-04-14",
    "gen_ai.response.id": `chatcmpl-${hex(24)}`,
    "gen_ai.request.temperature": 0.2,
    "gen_ai.request.max_tokens": 1_024,
    "gen_ai.response.finish_reasons": ["stop"],
    "gen_ai.usage.input_tokens": 812,
    "gen_ai.usage.output_tokens": 64,
    "gen_ai.conversation.id": hex(32),
    "server.address": "api.openai.com",
    "server.port": 443,
    "gen_ai.input.messages": JSON.stringify([
      said("system", "You are a support agent for an airline. ".repeat(20)),
      said("user", `I'd like to change "my" flight, please – number HAT${index}. `.repeat(12)),
    ]),
    "gen_ai.output.messages": JSON.stringify([said("assistant", "Of course, which day suits you? ".repeat(10))]),
  };
  return { name: "chat gpt-4.1", kind: 3, attributes };
}

function toolCall(index: number, hex: (digits: number) => string): Made {
  const result = {
    id: `W${index}`,
    flights: [{ number: "HAT123", date: "2026-05-11", from: "JFK", to: "SFO", price: 231.5 }],
    passengers: [{ first: "Ada", last: "Lovelace" }],
    status: "open",
    baggage: { total: 2, free: 1 },
  };
  const attributes = {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": "get_reservation",
    "gen_ai.tool.type": "function",
    "gen_ai.tool.call.id": `call_${hex(16)}`,
    "gen_ai.tool.call.arguments": JSON.stringify({ reservation_id: `W${index}` }),
    "gen_ai.tool.call.result": JSON.stringify(result),
  };
  return { name: "execute_tool get_reservation", kind: 1, attributes };
}

await runAsProgram(import.meta.url, measureTraceWire);
