import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ERROR_CATALOGUE, LIMITS } from "../src/kernel/index.ts";
import { serveHttp } from "../src/server/index.ts";
import { type Answer, openServed, readAnswer, type Served } from "./server-kit.ts";

let served: Served;
let session: string;
let run: string;
beforeAll(async () => {
  served = await openServed();
  session = (await served.post("/v1/sessions", { agent: "echo" })).json.id;
  const started = await served.post(`/v1/sessions/${session}/runs`, { message: "hi" }, { headers: SSE });
  run = started.headers.get("aegis-run-id") ?? "";
});
afterAll(() => served.close());

const SSE = { accept: "text/event-stream" };

/** The code of a problem that says what, why and what to do, and never where in our code. */
function codeOf(answer: Answer): string {
  const { code } = answer.json;
  expect(answer.json).toMatchObject({ title: code, type: `urn:aegis:error:${code}`, status: answer.status });
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.json.fix).not.toBe("");
  expect(answer.status).toBe(ERROR_CATALOGUE[code as keyof typeof ERROR_CATALOGUE].http);
  expect(answer.text).not.toMatch(/\.ts:\d+|node_modules|\bat \w+ \(/);
  return code;
}

const LONG = "x".repeat(200);

test.each<[string, string, string, unknown, string, string]>([
  ["an unknown agent", "POST", "/v1/sessions", { agent: "ecko" }, "agent.not_found", 'No agent is called "ecko"'],
  [
    "an unknown key",
    "POST",
    "/v1/sessions",
    { agent: "echo", agnt: 1 },
    "request.invalid",
    'body: there is no key "agnt", did you mean "agent"?',
  ],
  ["a missing key", "POST", "/v1/sessions", {}, "request.invalid", "body.agent is missing"],
  ["a wrong type", "POST", "/v1/sessions", { agent: 7 }, "request.invalid", "body.agent: expected text, got 7"],
  [
    "a list for an object",
    "POST",
    "/v1/sessions",
    [],
    "request.invalid",
    "body: expected an object with agent, id, userId, metadata, got []",
  ],
  [
    "a bad id",
    "POST",
    "/v1/sessions",
    { agent: "echo", id: "a/b" },
    "request.invalid",
    "body.id: expected 1 to 128 letters",
  ],
  [
    "too much metadata",
    "POST",
    "/v1/sessions",
    { agent: "echo", metadata: { a: "x".repeat(20_000) } },
    "request.invalid",
    "body.metadata: expected at most 16384 characters",
  ],
  [
    "a control character in a user's id",
    "POST",
    "/v1/sessions",
    { agent: "echo", userId: "a\u0000b" },
    "request.invalid",
    "body.userId: expected text without",
  ],
  ["an unknown session", "GET", "/v1/sessions/nothing", undefined, "session.not_found", "There is no such session"],
  ["no session's id", "GET", `/v1/sessions/${LONG}`, undefined, "session.not_found", "There is no such session"],
  [
    "a bad escape in a path",
    "GET",
    "/v1/sessions/%E0%A4%A",
    undefined,
    "session.not_found",
    "There is no such session",
  ],
  ["an unknown run", "GET", "/v1/runs/01HZZZZZZZZZZZZZZZZZZZZZZZ", undefined, "run.not_found", "There is no such run"],
  ["no run's id", "GET", "/v1/runs/7/events", undefined, "run.not_found", "There is no such run"],
  [
    "an empty message",
    "POST",
    "/v1/sessions/:session/runs",
    { message: "" },
    "request.invalid",
    "body.message: must not be empty",
  ],
  [
    "an unknown choice",
    "POST",
    "/v1/sessions/:session/runs",
    { message: "a", whenBusy: "stear" },
    "request.invalid",
    'body.whenBusy: expected one of "queue", "steer", "interrupt", got "stear", did you mean "steer"?',
  ],
  ["a cancel of what is over", "POST", "/v1/runs/:run/cancel", undefined, "run.ended", "has ended"],
  [
    "a decision on what is over",
    "POST",
    "/v1/runs/:run/decisions",
    { kind: "approval", effect: 0, decision: "denied" },
    "run.ended",
    "has ended",
  ],
  [
    "arguments that belong to another decision",
    "POST",
    "/v1/runs/:run/decisions",
    { kind: "approval", effect: 0, decision: "denied", arguments: {} },
    "request.invalid",
    "body.arguments: belongs to `edited`",
  ],
  ["an unknown kind of decision", "POST", "/v1/runs/:run/decisions", { kind: "wish" }, "request.invalid", "body.kind"],
  [
    "a page that is too long",
    "GET",
    "/v1/runs?limit=5000",
    undefined,
    "request.invalid",
    "query.limit: expected a whole number from 1 to 1000",
  ],
  [
    "a page from nowhere",
    "GET",
    "/v1/runs?before=yesterday",
    undefined,
    "request.invalid",
    "query.before: is no `next` of a page before",
  ],
  [
    "an unknown parameter",
    "GET",
    "/v1/runs?limt=5",
    undefined,
    "request.invalid",
    'query: there is no key "limt", did you mean "limit"?',
  ],
  [
    "a parameter where there are none",
    "GET",
    "/v1/agents?name=echo",
    undefined,
    "request.invalid",
    'query: there is no parameter "name" here',
  ],
  [
    "an unknown version",
    "PUT",
    "/v1/agents/echo/routes",
    { weights: [{ version: "9", weight: 1 }] },
    "version.not_offered",
    "echo@9",
  ],
  [
    "weights of nothing",
    "PUT",
    "/v1/agents/echo/routes",
    { weights: [{ version: "1", weight: 0 }] },
    "version.bad_weights",
    "",
  ],
  [
    "a forgotten memory",
    "GET",
    "/v1/users/me/memory/nothing",
    undefined,
    "memory.not_found",
    'Nothing is remembered as "nothing"',
  ],
  ["a value that is missing", "PUT", "/v1/users/me/memory/color", {}, "request.invalid", "body.value: is missing"],
  [
    "a value that is too large",
    "PUT",
    "/v1/users/me/memory/color",
    { value: "x".repeat(300_000) },
    "request.too_large",
    "262144 bytes",
  ],
  [
    "an unknown key of the API",
    "DELETE",
    "/v1/keys/01HZZZZZZZZZZZZZZZZZZZZZZZ",
    undefined,
    "key.not_found",
    "There is no such key",
  ],
  ["an unknown webhook", "DELETE", "/v1/webhooks/nothing", undefined, "webhook.not_found", "There is no such webhook"],
  [
    "a webhook to a file",
    "POST",
    "/v1/webhooks",
    { url: "file:///etc/passwd" },
    "request.invalid",
    "body.url: expected an http or https address",
  ],
  ["an unknown path", "GET", "/v2/runs", undefined, "request.bad_path", "There is nothing at this path"],
  [
    "an offset from the future",
    "GET",
    "/v1/runs/:run/events?lastEventId=99",
    undefined,
    "log.bad_offset",
    "does not reach",
  ],
  [
    "an offset that is none",
    "GET",
    "/v1/runs/:run/events?lastEventId=-1",
    undefined,
    "request.invalid",
    "query.lastEventId",
  ],
])("%s", async (_, method, path, body, code, detail) => {
  const filled = path.replace(":session", session).replace(":run", run);
  const answer = await readAnswer(await served.send(method, filled, body === undefined ? {} : { body }));
  expect(codeOf(answer)).toBe(code);
  expect(answer.json.detail).toContain(detail);
});

test.each<[string, string, Record<string, string>, string]>([
  ["broken JSON", '{"agent": "echo"', {}, "request.bad_json"],
  ["nothing at all", "", {}, "request.bad_json"],
  ["a body that is nested without end", "[".repeat(100_000), {}, "request.invalid"],
  ["a form", "agent=echo", { "content-type": "application/x-www-form-urlencoded" }, "request.bad_type"],
  ["plain text", '{"agent":"echo"}', { "content-type": "text/plain" }, "request.bad_type"],
  ["too much", JSON.stringify({ agent: "x".repeat(LIMITS.requestBodyBytesMax) }), {}, "request.too_large"],
])("a body that is %s", async (_, body, headers, code) => {
  expect(codeOf(await served.post("/v1/sessions", body, { headers }))).toBe(code);
});

test("a body that is no UTF-8", async () => {
  const headers = { "content-type": "application/json" };
  const body = Buffer.from([0x22, 0xff, 0xfe, 0x22]);
  const response = await fetch(`${served.url}/v1/sessions`, { method: "POST", body, headers });
  expect(codeOf(await readAnswer(response))).toBe("request.bad_json");
});

test("a body of unknown length that is too large", async () => {
  const body = new ReadableStream({
    start(controller) {
      for (let part = 0; part < 10; part += 1) controller.enqueue(new Uint8Array(1024 * 1024).fill(32));
      controller.close();
    },
  });
  const headers = { "content-type": "application/json" };
  const init: RequestInit & { duplex: "half" } = { method: "POST", body, headers, duplex: "half" };
  expect(codeOf(await readAnswer(await fetch(`${served.url}/v1/sessions`, init)))).toBe("request.too_large");
});

test("a deep value that is allowed comes back as it was", async () => {
  const depth = LIMITS.requestJsonDepthMax - 2;
  const value = JSON.parse(`${"[".repeat(depth)}"\\"]\\\\"${"]".repeat(depth)}`);
  await served.send("PUT", "/v1/users/me/memory/deep", { body: { value } });
  expect((await served.get("/v1/users/me/memory/deep")).json.value).toEqual(value);
});

test.each([
  ["PATCH", "/v1/sessions", "POST, GET, HEAD"],
  ["POST", "/v1/runs", "GET, HEAD"],
  ["PUT", "/v1/sessions/abc", "GET, HEAD, DELETE"],
  ["DELETE", "/health", "GET, HEAD"],
])("the wrong method: %s %s", async (method, path, allow) => {
  const answer = await readAnswer(await served.send(method, path));
  expect(codeOf(answer)).toBe("request.bad_method");
  expect(answer.headers.get("allow")).toBe(allow);
});

test.each(["", "x".repeat(300)])("an Idempotency-Key of %s", async (key) => {
  const headers = { "idempotency-key": key };
  expect(codeOf(await served.post(`/v1/sessions/${session}/runs`, { message: "a" }, { headers }))).toBe(
    "request.invalid",
  );
});

test.each(["abc", "1.5", "99999999999999999999"])("a Last-Event-ID of %s", async (id) => {
  expect(codeOf(await served.get(`/v1/runs/${run}/events`, { headers: { "last-event-id": id } }))).toBe(
    "request.invalid",
  );
});

test("a closed session takes no message", async () => {
  const { json } = await served.post("/v1/sessions", { agent: "echo" });
  expect((await served.post(`/v1/sessions/${json.id}/close`, {})).json.closedAtMs).toBeTypeOf("number");
  expect(codeOf(await served.post(`/v1/sessions/${json.id}/runs`, { message: "a" }))).toBe("session.closed");
});

test("a session's id that is taken", async () => {
  await served.post("/v1/sessions", { agent: "echo", id: "mine" });
  expect(codeOf(await served.post("/v1/sessions", { agent: "echo", id: "mine" }))).toBe("session.exists");
});

function sendRaw(text: string): Promise<string> {
  const { port } = new URL(served.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), "127.0.0.1");
    let received = "";
    socket.on("data", (chunk: Buffer) => (received += chunk.toString()));
    socket.on("close", () => resolve(received));
    socket.on("error", reject);
    socket.end(text);
  });
}

test.each([
  ["no HTTP", "hello\r\n\r\n"],
  ["a head that is too large", `GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: ${"x".repeat(20_000)}\r\n\r\n`],
])("%s", async (_, text) => {
  const received = await sendRaw(text);
  expect(received).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(JSON.parse(received.slice(received.indexOf("\r\n\r\n") + 4))).toMatchObject({ code: "request.bad_head" });
});

test.each([
  ["a foreign name for this server", { host: "evil.example" }],
  ["a page of another origin", { origin: "https://evil.example" }],
  ["a page without an origin", { origin: "null" }],
])("%s", async (_, headers) => {
  const head = Object.entries({ host: new URL(served.url).host, ...headers, connection: "close" });
  const received = await sendRaw(
    `GET /v1/sessions HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`,
  );
  expect(received).toMatch(/^HTTP\/1\.1 403 /);
  expect(received).toContain("auth.foreign_origin");
});

test.each(["0.0.0.0", "::", "192.168.1.7", "example.com"])("serving %s without auth is refused", async (host) => {
  const { runtime, store } = served;
  const given = { runtime, store, clock: { nowMs: () => 0, monotonicMs: () => 0 }, auth: null, host };
  const refused = serveHttp({ ...given, makeId: () => "" as never, randomBytes: () => new Uint8Array() });
  await expect(refused).rejects.toMatchObject({ code: "auth.required", fix: expect.stringContaining("127.0.0.1") });
});

test("what nobody expected is a 500 without a word of ours, and a line in the log", async () => {
  const broken = { ...served.runtime, agents: () => Promise.reject(new TypeError("secret place /srv/x.ts:3")) };
  const own = await openServed({ runtime: broken as unknown as Served["runtime"] });
  try {
    const answer = await own.get("/v1/agents");
    expect(codeOf(answer)).toBe("server.internal");
    expect(answer.text).not.toContain("secret");
    expect(own.lines).toMatchObject([
      { level: "error", details: { requestId: answer.json.details.requestId, path: "/v1/agents" } },
    ]);
    expect(own.lines[0]?.error).toBeInstanceOf(TypeError);
  } finally {
    await own.close();
  }
});
