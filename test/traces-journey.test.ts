import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { eventually, runCli, testProject } from "./cli-kit.ts";
import { ECHO, listed, serve } from "./trace-kit.ts";

const TRACE = "5b8efff798038103d269b633813fc60c";
const KEY = "sk-ant-api03-Zq81xLmT0pWc4RyB7nKd2";
const START_NS = 1_790_000_000_000_000_000n;

interface Told {
  readonly id: string;
  readonly parent?: string;
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** One conversation as OpenTelemetry's GenAI conventions tell it: a model call, a tool that fails, an answer. */
const SPANS: readonly Told[] = [
  {
    id: "00000000000000a1",
    name: "invoke_agent desk",
    fromMs: 0,
    toMs: 4_000,
    attributes: {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.agent.name": "desk",
      "gen_ai.agent.version": "7",
      "gen_ai.conversation.id": "chat-81",
      "user.id": "ada",
    },
  },
  {
    id: "00000000000000a2",
    parent: "00000000000000a1",
    name: "chat gpt-4o",
    fromMs: 100,
    toMs: 1_000,
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt-4o",
      "gen_ai.usage.input_tokens": 120,
      "gen_ai.usage.output_tokens": 18,
      "gen_ai.input.messages": JSON.stringify([
        { role: "user", parts: [{ type: "text", content: `Where is my zeppelin order? My key is ${KEY}` }] },
      ]),
      "gen_ai.output.messages": JSON.stringify([
        {
          role: "assistant",
          parts: [{ type: "tool_call", id: "call-1", name: "orders.get", arguments: { id: "W1" } }],
          finish_reason: "tool_call",
        },
      ]),
    },
  },
  {
    id: "00000000000000a3",
    parent: "00000000000000a1",
    name: "execute_tool orders.get",
    fromMs: 1_100,
    toMs: 1_200,
    attributes: {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "orders.get",
      "gen_ai.tool.call.id": "call-1",
      "gen_ai.tool.call.arguments": '{"id":"W1"}',
      "gen_ai.tool.call.result": '{"status":"shipped"}',
    },
  },
  {
    id: "00000000000000a4",
    parent: "00000000000000a1",
    name: "chat gpt-4o",
    fromMs: 1_300,
    toMs: 3_900,
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt-4o",
      "gen_ai.usage.input_tokens": 160,
      "gen_ai.usage.output_tokens": 9,
      "gen_ai.output.messages": JSON.stringify([
        { role: "assistant", parts: [{ type: "text", content: "It is on its way." }], finish_reason: "stop" },
      ]),
    },
  },
];

function otlpOf(spans: readonly Told[]): string {
  const at = (ms: number) => String(START_NS + BigInt(ms) * 1_000_000n);
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: [{ key: "service.name", value: { stringValue: "desk-service" } }] },
        scopeSpans: [
          {
            scope: { name: "test" },
            spans: spans.map(({ id, parent, name, fromMs, toMs, attributes }) => ({
              traceId: TRACE,
              spanId: id,
              ...(parent !== undefined && { parentSpanId: parent }),
              name,
              kind: 1,
              startTimeUnixNano: at(fromMs),
              endTimeUnixNano: at(toMs),
              attributes: Object.entries(attributes).map(([key, value]) => ({
                key,
                value: typeof value === "string" ? { stringValue: value } : { intValue: String(value) },
              })),
            })),
          },
        ],
      },
    ],
  });
}

test("telemetry that comes in pieces, packed, late and twice is one run that can be listed, found and read", async () => {
  const folder = testProject(ECHO);
  const server = await serve(folder);
  const send = async (spans: readonly Told[]) => {
    const response = await fetch(`${server.url}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json", "content-encoding": "gzip" },
      body: gzipSync(otlpOf(spans)),
    });
    expect([response.status, await response.json()]).toEqual([200, {}]);
  };
  await send([SPANS[3]!, SPANS[1]!]);
  await send([SPANS[1]!]);
  await send([SPANS[2]!]);
  // Killed right after the answer: what was acknowledged is there.
  await server.end("SIGKILL");
  const again = await serve(folder);
  await fetch(`${again.url}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: otlpOf([SPANS[0]!]),
  });
  await eventually(async () => (await listed(folder)).some(({ spanCount }) => spanCount === 4), 20_000);

  const [trace, ...others] = await listed(folder, ["--agent", "desk"]);
  expect(others).toEqual([]);
  expect(trace).toMatchObject({
    traceId: TRACE,
    origin: "observed",
    session: "chat-81",
    agent: { name: "desk", version: "7" },
    user: "ada",
    models: ["gpt-4o"],
    tools: ["orders.get"],
    outcome: "answered",
    durationMs: 4_000,
    inputTokens: 280,
    outputTokens: 27,
    modelCallCount: 2,
    toolCallCount: 1,
    errorCount: 0,
  });
  const found = await runCli(folder, ["trace", "search", "zeppelin", "ord"]);
  expect(found.stdout).toContain(trace?.runId);
  expect((await runCli(folder, ["trace", "search", "airship"])).stdout).toBe("");
  const shown = await runCli(folder, ["trace", "show", TRACE.slice(0, 12)]);
  expect(shown.stdout).toMatch(/user: Where is my zeppelin order\? My key is \[redacted:anthropic-key:1\]/);
  expect(shown.stdout).toMatch(
    /call orders\.get \{"id":"W1"\}[^]*returned \{"status":"shipped"\}[^]*It is on its way\./,
  );
  expect(shown.stdout).not.toContain(KEY);

  const events = await fetch(`${again.url}/v1/traces/${trace?.runId}/events`);
  expect(((await events.json()) as { items: { type: string }[] }).items.map(({ type }) => type)).toEqual([
    "run.started",
    "message.received",
    "model.called",
    "model.returned",
    "tool.called",
    "tool.returned",
    "model.called",
    "model.returned",
    "message.sent",
    "run.ended",
  ]);
  const body = JSON.stringify({ kind: "outcome", name: "ticket.reopened", score: 0 });
  const headers = { "content-type": "application/json" };
  const said = await fetch(`${again.url}/v1/traces/${TRACE}/feedback`, { method: "POST", headers, body });
  expect(said.status).toBe(201);
  expect((await runCli(folder, ["trace", "show", TRACE])).stdout).toContain("feedback: ticket.reopened 0 by");
  expect(await again.end("SIGTERM")).toMatchObject({ exitCode: 0 });
});
