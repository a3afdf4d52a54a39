import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import type { NewEvent } from "../../domain/index.ts";
import { LIMITS } from "../../kernel/index.ts";
import { converse, openContext } from "./open-context.test-kit.ts";
import { openUrlSession, type UrlAgentOptions } from "./url-agent.ts";

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/agent`;
}

function open(url: string, more: Partial<UrlAgentOptions> = {}) {
  const opened = openContext({ env: { SHOP_URL: "http://shop" } });
  const { context, append } = opened;
  const logged = (event: NewEvent) => void append(event);
  const session = openUrlSession({ url, headers: {}, context, sessionId: "run-1", append: logged, ...more });
  return { session, ...opened };
}

const answering = (body: string, status = 200) =>
  serve((request, response) => {
    request.resume();
    response.writeHead(status).end(body);
  });

test.each([
  { body: "plain text\n", answer: "plain text" },
  { body: '{"answer": "yes"}', answer: "yes" },
  { body: '{"output": "yes"}', answer: "yes" },
  { body: '"quoted"', answer: "quoted" },
  { body: "[1, 2]", answer: "[1, 2]" },
  { body: "", answer: "" },
])("$body is the answer $answer", async ({ body, answer }) => {
  expect(await converse(open(await answering(body)).session, ["hi"])).toEqual([answer]);
});

test("each turn posts the conversation so far, the world's addresses and the headers", async () => {
  const seen: unknown[] = [];
  const url = await serve((request, response) => {
    void json(request).then((body) => {
      seen.push({ method: request.method, key: request.headers["x-key"], body });
      response.end("ok");
    });
  });
  const { session } = open(url, { headers: { "x-key": "secret" }, modelBaseUrl: "http://model/v1" });
  await converse(session, ["one", "two"]);
  const common = { sessionId: "run-1", user: { id: "ana", grants: [] }, seed: 42, modelBaseUrl: "http://model/v1" };
  const [user, assistant] = [
    { role: "user", content: "one" },
    { role: "assistant", content: "ok" },
  ];
  expect(seen).toEqual([
    {
      method: "POST",
      key: "secret",
      body: { ...common, env: { SHOP_URL: "http://shop" }, input: "one", messages: [user] },
    },
    {
      method: "POST",
      key: "secret",
      body: {
        ...common,
        env: { SHOP_URL: "http://shop" },
        input: "two",
        messages: [user, assistant, { role: "user", content: "two" }],
      },
    },
  ]);
});

test("tool calls it tells of are logged as its own word, each turn's apart", async () => {
  const toolCalls = [
    { tool: "orders.get", arguments: { id: 1 }, result: { total: 5 } },
    { name: "refund.issue", error: "not allowed" },
    "nonsense",
  ];
  const { session, of } = open(await answering(JSON.stringify({ answer: "done", toolCalls })));
  await converse(session, ["one", "two"]);
  const called = of("tool.called");
  expect(called.map(({ tool, arguments: given, witness }) => [tool, given, witness])).toEqual(
    [0, 1].flatMap(() => [
      ["orders.get", { id: 1 }, "agent"],
      ["refund.issue", {}, "agent"],
    ]),
  );
  expect(new Set(called.map(({ effect }) => effect)).size).toBe(4);
  expect(new Set(called.map(({ callId }) => callId)).size).toBe(4);
  expect(of("tool.returned").slice(0, 2)).toMatchObject([
    { result: { total: 5 }, effect: called[0]?.effect },
    { error: { message: "not allowed" }, effect: called[1]?.effect },
  ]);
});

test.each([
  { status: 500, body: '{"error": {"message": "broken"}}', says: 'answered 500: {"message":"broken"}' },
  { status: 404, body: "no such page", says: "answered 404: no such page" },
  { status: 401, body: '{"detail": "who?"}', says: 'answered 401: {"detail":"who?"}' },
  { status: 503, body: "x".repeat(5000), says: `answered 503: ${"x".repeat(300)}` },
])("status $status is the agent's failure, with what it said", async ({ status, body, says }) => {
  const url = await answering(body, status);
  await expect(converse(open(url).session, ["hi"])).rejects.toMatchObject({
    code: "agent.failed",
    message: `${url} ${says}`,
  });
});

test.each([
  { why: "JSON without an answer", body: '{"reply": "x"}', code: "agent.bad_answer" },
  { why: "an answer over the limit", body: "x".repeat(LIMITS.outputBytesMax + 1), code: "agent.bad_answer" },
])("$why: $code", async ({ body, code }) => {
  await expect(converse(open(await answering(body)).session, ["hi"])).rejects.toMatchObject({ code });
});

test("a connection that is refused or cut is the agent's failure, and says why", async () => {
  const cut = await serve((request) => request.socket.destroy());
  await expect(converse(open(cut).session, ["hi"])).rejects.toMatchObject({ code: "agent.failed" });
  const gone = createServer().listen(0, "127.0.0.1");
  await once(gone, "listening");
  const { port } = gone.address() as AddressInfo;
  gone.close();
  await once(gone, "close");
  await expect(converse(open(`http://127.0.0.1:${port}`).session, ["hi"])).rejects.toMatchObject({
    code: "agent.failed",
    message: expect.stringContaining("ECONNREFUSED"),
  });
});

test.each(["before the headers", "in the body"])("the trial's signal ends a request that hangs %s", async (where) => {
  const controller = new AbortController();
  const url = await serve((request, response) => {
    request.resume();
    if (where === "in the body") response.writeHead(200).write("half");
    setImmediate(() => controller.abort(new Error("time is up")));
  });
  await expect(converse(open(url).session, ["hi"], controller.signal)).rejects.toThrow("time is up");
});
