import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { LIMITS } from "../kernel/index.ts";
import type { NewEvent } from "../domain/index.ts";
import { toldSpans } from "./told-spans.ts";

async function serve() {
  const events: NewEvent[] = [];
  const take = toldSpans((event) => void events.push(event));
  const server = createServer((request, response) => void take(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
  const post = async (body: unknown) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(url, { method: "POST", body: text, headers: { "content-type": "application/json" } });
    return { status: response.status, body: (await response.json()) as unknown };
  };
  return { post, events };
}

const attribute = (key: string, value: unknown) => ({ key, value });
const text = (key: string, stringValue: string) => attribute(key, { stringValue });

function span(attributes: readonly unknown[], more: object = {}) {
  const times = { startTimeUnixNano: "1700000000000000000", endTimeUnixNano: "1700000000250000000" };
  return { spanId: "aa11", name: "execute_tool", ...times, attributes, ...more };
}

const execute = (tool: string, more: readonly unknown[] = []) =>
  span([text("gen_ai.operation.name", "execute_tool"), text("gen_ai.tool.name", tool), ...more]);

const batch = (...spans: readonly unknown[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

test("a tool execution is a call and its return, by the agent's own word", async () => {
  const { post, events } = await serve();
  const details = [
    text("gen_ai.tool.call.id", "c1"),
    text("gen_ai.tool.call.arguments", '{"id": 7}'),
    text("gen_ai.tool.call.result", '{"total": 5}'),
  ];
  expect(await post(batch(execute("orders.get", details)))).toEqual({ status: 200, body: {} });
  const common = {
    witness: "agent",
    callId: "c1",
    tool: "orders.get",
    effect: events[0] && (events[0] as { effect?: number }).effect,
  };
  expect(events).toEqual([
    { ...common, type: "tool.called", attempt: 1, atMs: 1_700_000_000_000, arguments: { id: 7 } },
    { ...common, type: "tool.returned", atMs: 1_700_000_000_250, durationMs: 250, result: { total: 5 } },
  ]);
});

test.each([
  { why: "nothing told", more: [], called: { arguments: {}, callId: "aa11" }, returned: { result: null } },
  {
    why: "an error",
    more: [text("error.type", "Timeout")],
    called: {},
    returned: { error: { name: "Timeout", message: "Timeout" } },
  },
  { why: "plain text", more: [text("gen_ai.tool.call.result", "sent")], called: {}, returned: { result: "sent" } },
  {
    why: "a number",
    more: [attribute("gen_ai.tool.call.result", { intValue: "12" })],
    called: {},
    returned: { result: 12 },
  },
])("of a tool execution with $why", async ({ more, called, returned }) => {
  const { post, events } = await serve();
  await post(batch(execute("orders.get", more)));
  expect(events).toMatchObject([called, returned]);
});

test("several batches have effects of their own", async () => {
  const { post, events } = await serve();
  await post(batch(execute("a"), span([text("gen_ai.operation.name", "chat")]), execute("b")));
  await post(batch(execute("c")));
  const called = events.filter((event) => event.type === "tool.called");
  expect(called.map(({ tool }) => tool)).toEqual(["a", "b", "c"]);
  expect(new Set(called.map(({ effect }) => effect)).size).toBe(3);
  for (const { effect, tool } of called) {
    expect(events.filter((event) => event.type === "tool.returned" && event.effect === effect)).toMatchObject([
      { tool },
    ]);
  }
});

test.each([
  {
    why: "another operation",
    body: batch(span([text("gen_ai.operation.name", "chat"), text("gen_ai.tool.name", "t")])),
  },
  { why: "no tool name", body: batch(span([text("gen_ai.operation.name", "execute_tool")])) },
  { why: "no attributes", body: batch({ spanId: "x" }) },
  { why: "spans that are none", body: batch(null, 1, "x", []) },
  { why: "no spans", body: { resourceSpans: [{ scopeSpans: [{}] }, null] } },
  { why: "another signal", body: { resourceMetrics: [] } },
  { why: "attributes without a value", body: batch(span([{ key: "gen_ai.tool.name" }, null, "x"])) },
])("$why is accepted and left", async ({ body }) => {
  const { post, events } = await serve();
  expect((await post(body)).status).toBe(200);
  expect(events).toEqual([]);
});

test.each([
  { why: "no JSON", body: "{half" },
  { why: "nothing", body: "" },
  { why: "protobuf", body: "\n\u0012\u0001" },
  { why: "a time that is none", body: batch(execute("fine"), { ...execute("t"), startTimeUnixNano: "soon" }) },
  { why: "more than the limit", body: `"${"x".repeat(LIMITS.requestBodyBytesMax)}"` },
])("$why is refused, and nothing of it is logged", async ({ body }) => {
  const { post, events } = await serve();
  const answer = await post(body);
  expect(answer).toMatchObject({
    status: 400,
    body: { code: 3, message: expect.stringContaining("expected OTLP/JSON") },
  });
  expect(events).toEqual([]);
});
