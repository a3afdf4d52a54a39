import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
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

const KNOWN = {
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
};

const EVENTS = [
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
];

const SUITE = `import { check, suite } from "aegis";
export default suite("small", {
  agent: "../../agents/echo.ts", trials: 1, isolation: "none",
  cases: [{ id: "a", input: [{ user: "hello there" }], checks: [check.answerContains("hello")] }],
});
`;

async function send(server: { readonly url: string }, spans: readonly Told[]): Promise<void> {
  const response = await fetch(`${server.url}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json", "content-encoding": "gzip" },
    body: gzipSync(otlpOf(spans)),
  });
  expect([response.status, await response.json()]).toEqual([200, {}]);
}

test("telemetry that comes in pieces, packed, late and twice is one run", async () => {
  const folder = testProject(ECHO);
  const server = await serve(folder);
  await send(server, [SPANS[3]!, SPANS[1]!]);
  await send(server, [SPANS[1]!]);
  await send(server, [SPANS[2]!]);
  // Killed right after the answer: what was acknowledged is there.
  await server.end("SIGKILL");
  const again = await serve(folder);
  await send(again, [SPANS[0]!]);
  await eventually(async () => (await listed(folder)).some(({ spanCount }) => spanCount === 4), 20_000);

  const [trace, ...others] = await listed(folder, ["--agent", "desk"]);
  expect(others).toEqual([]);
  expect(trace).toMatchObject(KNOWN);
  const events = await fetch(`${again.url}/v1/traces/${trace?.runId}/events`);
  expect(((await events.json()) as { items: { type: string }[] }).items.map(({ type }) => type)).toEqual(EVENTS);
  expect(await again.end("SIGTERM")).toMatchObject({ exitCode: 0 });
});

test("a trace is found by its words and shown without its secrets; what people say of it is a finding", async () => {
  const folder = testProject(ECHO);
  const server = await serve(folder);
  await send(server, SPANS);
  await eventually(async () => (await listed(folder)).some(({ spanCount }) => spanCount === 4), 20_000);
  const found = await runCli(folder, ["trace", "search", "zeppelin", "ord"]);
  expect(found.stdout).toContain("desk@7");
  expect((await runCli(folder, ["trace", "search", "airship"])).stdout).toBe("");
  const shown = await runCli(folder, ["trace", "show", TRACE.slice(0, 12)]);
  expect(shown.stdout).toMatch(/user: Where is my zeppelin order\? My key is \[redacted:anthropic-key:1\]/);
  expect(shown.stdout).toMatch(
    /call orders\.get \{"id":"W1"\}[^]*returned \{"status":"shipped"\}[^]*It is on its way\./,
  );
  expect(shown.stdout).not.toContain(KEY);

  const body = JSON.stringify({ kind: "outcome", name: "ticket.reopened", score: 0 });
  const headers = { "content-type": "application/json" };
  const said = await fetch(`${server.url}/v1/traces/${TRACE}/feedback`, { method: "POST", headers, body });
  expect(said.status).toBe(201);
  await eventually(async () => (await listed(folder, ["--finding", "reopened"])).length === 1, 20_000);
  expect((await runCli(folder, ["trace", "show", TRACE])).stdout).toContain("feedback: ticket.reopened 0 by");
  // Read again, with a late span: what people said stays.
  await send(server, [{ ...SPANS[2]!, id: "00000000000000a5", fromMs: 1_210, toMs: 1_220 }]);
  await eventually(async () => (await listed(folder)).some(({ spanCount }) => spanCount === 5), 20_000);
  expect(await listed(folder, ["--finding", "reopened"])).toHaveLength(1);
  expect(await server.end("SIGTERM")).toMatchObject({ exitCode: 0 });
});

test("runs of our own agents and trials of evals are listed beside what was observed", async () => {
  const folder = testProject({ ...ECHO, "evals/small/suite.ts": SUITE });
  const server = await serve(folder);
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ model: "echo", input: "where is my parcel" });
  await fetch(`${server.url}/v1/responses`, { method: "POST", headers, body });
  await eventually(async () => (await listed(folder, ["--origin", "live"])).length === 1, 20_000);
  expect(await server.end("SIGTERM")).toMatchObject({ exitCode: 0 });
  // With nobody serving, looking is enough.
  expect((await runCli(folder, ["eval", "run", "--suite", "small", "--isolation", "none"])).exitCode).toBe(0);
  const [trial, ...others] = await listed(folder, ["--origin", "trial"]);
  expect(others).toEqual([]);
  expect(trial).toMatchObject({ agent: { name: "echo", version: "1" }, outcome: "answered", title: "hello there" });
  expect((await runCli(folder, ["trace", "search", "parcel"])).stdout).toContain("echo@1");
});

test("a collector is told of our own runs, and rules of the config are held against them", async () => {
  const told: { name: string; attributes: { key: string }[] }[] = [];
  const collector = createServer((request, response) => {
    void text(request).then((sent) => {
      const { resourceSpans } = JSON.parse(sent) as { resourceSpans: { scopeSpans: { spans: typeof told }[] }[] };
      told.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)));
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((done) => collector.listen(0, "127.0.0.1", done));
  onTestFinished(() => void collector.close());
  const { port } = collector.address() as AddressInfo;
  const folder = testProject({
    ...ECHO,
    "aegis.config.ts": `export default {
      rules: { desk: { forbiddenTools: ["orders.*"] } },
      serve: { export: { url: "http://127.0.0.1:${port}", protocol: "json" } },
    };`,
  });
  const server = await serve(folder);
  await send(server, SPANS);
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ model: "echo", input: "my parcel" });
  await fetch(`${server.url}/v1/responses`, { method: "POST", headers, body });
  await eventually(() => told.length > 0, 20_000);
  expect(told.map(({ name }) => name)).toEqual(["invoke_agent echo"]);
  // What was said stays here unless the config says otherwise.
  expect(JSON.stringify(told)).not.toContain("parcel");
  await eventually(async () => (await listed(folder, ["--finding", "policy-violation"])).length === 1, 20_000);
  expect(await server.end("SIGTERM")).toMatchObject({ exitCode: 0 });
});
