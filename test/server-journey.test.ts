import { Agent, createServer, type IncomingMessage, request, type RequestOptions } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { openApiDocument, ROUTES } from "../src/api/index.ts";
import { createServerApp } from "../src/server/index.ts";
import {
  eventually,
  makeId,
  openIssuer,
  openOwnRun,
  openServed,
  type Served,
  type ServedOptions,
} from "./server-kit.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.close();
});
async function serve(options: ServedOptions = {}): Promise<Served> {
  const served = await openServed(options);
  opened.push(served);
  return served;
}

test("a session from its beginning to its end", async () => {
  const { get, post, send } = await serve();
  const made = await post("/v1/sessions", { agent: "echo", id: "talk-1", metadata: { from: "test" } });
  expect(made).toMatchObject({ status: 201, json: { id: "talk-1", ownerId: "local", closedAtMs: null } });
  const { json: started } = await post("/v1/sessions/talk-1/runs", { message: "hi", metadata: { n: 1 } });
  expect(started).toMatchObject({ how: "started", run: { sessionId: "talk-1", input: { message: "hi" } } });
  const run = `/v1/runs/${started.run.id}`;
  await eventually(async () => (await get(run)).json.status === "ended");
  expect((await get(run)).json).toMatchObject({ outcome: "answered", metadata: { n: 1 } });
  expect((await get("/v1/sessions/talk-1/messages")).json).toEqual([
    { role: "user", content: "hi" },
    { role: "assistant", content: "1: hi" },
  ]);
  expect((await get("/v1/sessions/talk-1/runs")).json).toMatchObject({ items: [{ id: started.run.id }], next: null });
  expect((await get("/v1/runs?status=ended&agent=echo")).json.items).toHaveLength(1);
  expect((await get("/v1/runs?status=paused")).json.items).toEqual([]);
  expect((await get(`${run}/decisions`)).json).toEqual([]);
  expect((await send("DELETE", "/v1/sessions/talk-1")).status).toBe(204);
  expect((await get("/v1/sessions/talk-1")).status).toBe(404);
  expect((await get(`${run}/events`)).status).toBe(404);
});

test("lists go on where a page ended, whatever is added meanwhile", async () => {
  const { get, post } = await serve();
  const ids = [];
  for (let index = 0; index < 7; index += 1) ids.unshift((await post("/v1/sessions", { agent: "echo" })).json.id);
  const seen = [];
  let path = "/v1/sessions?limit=3";
  for (;;) {
    const { json } = await get(path);
    seen.push(...json.items.map(({ id }: { id: string }) => id));
    if (json.next === null) break;
    await post("/v1/sessions", { agent: "echo" });
    path = `/v1/sessions?limit=3&before=${encodeURIComponent(json.next)}`;
  }
  expect(seen).toEqual(ids);
});

test("memory is written in versions, found, guarded against lost writes, and erased", async () => {
  const { get, send } = await serve();
  const path = "/v1/users/me/memory/likes%2Ftea";
  const put = async (value: unknown, headers = {}) => send("PUT", path, { body: { value }, headers });
  expect((await put({ kind: "green" }, { "if-match": '"0"' })).headers.get("etag")).toBe('"1"');
  const second = await put({ kind: "black tea" }, { "idempotency-key": "w2" });
  expect(await second.json()).toMatchObject({ key: "likes/tea", version: 2, runId: null, scope: { id: "local" } });
  expect((await put({ kind: "white" }, { "idempotency-key": "w2" })).headers.get("etag")).toBe('"2"');
  expect((await put("x", { "if-match": '"1"' })).status).toBe(409);
  expect((await put("x", { "if-match": "latest" })).status).toBe(400);
  expect((await get(path)).json.value).toEqual({ kind: "black tea" });
  const versions = (await get(`${path}/versions`)).json.items as { version: number }[];
  expect(versions.map(({ version }) => version)).toEqual([1, 2]);
  expect((await get("/v1/users/local/memory?q=black")).json.items).toHaveLength(1);
  expect((await get("/v1/users/me/memory?q=coffee")).json.items).toEqual([]);
  expect((await get("/v1/users/me/memory?q=a&prefix=b")).status).toBe(400);
  await send("PUT", "/v1/users/me/memory/likes%2Fcoffee", { body: { value: null } });
  const first = (await get("/v1/users/me/memory?prefix=likes&limit=1")).json;
  expect(first).toMatchObject({ items: [{ key: "likes/coffee", value: null }], next: "likes/coffee" });
  const rest = await get(`/v1/users/me/memory?prefix=likes&limit=1&after=${encodeURIComponent(first.next)}`);
  expect(rest.json.items).toMatchObject([{ key: "likes/tea" }]);
  expect((await send("DELETE", path)).status).toBe(204);
  expect((await send("DELETE", path)).status).toBe(404);
  expect(await (await send("DELETE", "/v1/users/me/memory")).json()).toEqual({ memories: 1 });
  await send("PUT", "/v1/agents/echo/memory/tone", { body: { value: "calm" } });
  expect((await get("/v1/agents/echo/memory")).json.items).toMatchObject([{ key: "tone", scope: { kind: "agent" } }]);
  expect((await get("/v1/users/me/memory")).json.items).toEqual([]);
});

test("a user can take everything along, and have it erased", async () => {
  const { get, post, send } = await serve();
  await send("PUT", "/v1/users/me/memory/color", { body: { value: "red" } });
  const { json: session } = await post("/v1/sessions", { agent: "echo" });
  await post(`/v1/sessions/${session.id}/runs`, { message: "first" }, { headers: { accept: "text/event-stream" } });
  await post(`/v1/sessions/${session.id}/runs`, { message: "second" }, { headers: { accept: "text/event-stream" } });
  await post("/v1/sessions", { agent: "echo", userId: "ada" });
  const { json } = await get("/v1/users/me/export");
  expect(json).toMatchObject({
    userId: "local",
    memory: [{ key: "color", value: "red" }],
    sessions: [{ id: session.id, runs: [{ input: { message: "first" } }, { input: { message: "second" } }] }],
  });
  expect(json.sessions[0].runs[1].events.map(({ type }: { type: string }) => type)).toContain("message.sent");
  const erased = await send("DELETE", "/v1/users/me");
  expect(await erased.json()).toEqual({ memories: 1, sessions: 1, runs: 2 });
  expect((await get("/v1/users/me/export")).json).toMatchObject({ memory: [], sessions: [] });
  expect((await get("/v1/sessions")).json.items).toMatchObject([{ ownerId: "ada" }]);
});

test("keys are shown once, narrowed, rotated with a time for both, and ended", async () => {
  const served = await serve({ auth: {} });
  const { get, post, send } = served;
  const { secret: admin } = await served.makeKey({ name: "root", role: "admin" });
  const wanted = { name: "ci", role: "operator", scopes: ["sessions:read"] };
  const made = await post("/v1/keys", wanted, { token: admin });
  expect(made.status).toBe(201);
  const { secret } = made.json;
  expect(secret).toMatch(/^aeg_[A-Za-z0-9_-]{43}$/);
  expect(made.json.key).toMatchObject({ ...wanted, userId: "ci", expiresAtMs: null });
  expect((await post("/v1/keys", wanted, { token: admin })).json.code).toBe("key.exists");
  const listed = await get("/v1/keys", { token: admin });
  expect(listed.json.items).toHaveLength(2);
  expect(listed.text).not.toContain("hash");
  const tries = async (token: string) => (await get("/v1/sessions", { token })).json.code ?? "ok";
  expect(await tries(secret)).toBe("ok");
  expect((await post("/v1/sessions", { agent: "echo" }, { token: secret })).status).toBe(403);

  const rotated = await post(`/v1/keys/${made.json.key.id}/rotate`, { graceMs: 60_000 }, { token: admin });
  expect(rotated.json.key).toMatchObject({ name: "ci#2", userId: "ci", scopes: ["sessions:read"] });
  expect([await tries(secret), await tries(rotated.json.secret)]).toEqual(["ok", "ok"]);
  const again = await send("POST", `/v1/keys/${rotated.json.key.id}/rotate`, { token: admin, body: { graceMs: 0 } });
  const third = (await again.json()) as { key: { id: string; name: string }; secret: string };
  expect(third.key.name).toBe("ci#3");
  expect([await tries(rotated.json.secret), await tries(third.secret)]).toEqual(["auth.expired", "ok"]);
  expect((await send("DELETE", `/v1/keys/${third.key.id}`, { token: admin })).status).toBe(204);
  expect(await tries(third.secret)).toBe("auth.expired");
});

test("webhooks show their secret once", async () => {
  const { get, post, send } = await serve();
  const made = await post("/v1/webhooks", { url: "https://example.com/hook", events: ["run.ended", "run.ended"] });
  expect(made.json.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(made.json.webhook).toMatchObject({ events: ["run.ended"], ownerId: null });
  const listed = await get("/v1/webhooks");
  expect(listed.json.items).toEqual([made.json.webhook]);
  expect(listed.text).not.toContain("secret");
  expect((await get(`/v1/webhooks/${made.json.webhook.id}/deliveries`)).json.items).toEqual([]);
  expect((await send("DELETE", `/v1/webhooks/${made.json.webhook.id}`)).status).toBe(204);
  expect((await get("/v1/webhooks")).json.items).toEqual([]);
});

test("versions and workers are told, and shares are set", async () => {
  const { get, send } = await serve();
  const { json: agents } = await get("/v1/agents");
  expect(agents).toMatchObject([{ name: "echo", versions: ["1"], routes: [{ version: "1" }] }]);
  const set = await send("PUT", "/v1/agents/echo/routes", { body: { weights: [{ version: "1", weight: 5 }] } });
  expect(await set.json()).toMatchObject({ name: "echo", routes: [{ agent: "echo", version: "1", weight: 5 }] });
  expect((await get("/v1/workers")).json).toMatchObject([{ state: "live", offers: [{ agent: "echo", version: "1" }] }]);
});

test("while it drains it says so, asks to be left, and still accepts what then waits in the store", async () => {
  const { runtime, get, post } = await serve();
  const { json: session } = await post("/v1/sessions", { agent: "echo" });
  expect((await get("/ready")).json).toMatchObject({ isReady: true, store: "ok" });
  await runtime.drain(1_000);
  const ready = await get("/ready");
  expect(ready).toMatchObject({ status: 503, json: { isReady: false, isDraining: true, store: "ok" } });
  expect((await get("/health")).status).toBe(200);
  const accepted = await post(`/v1/sessions/${session.id}/runs`, { message: "later" });
  expect(accepted).toMatchObject({ status: 202, json: { run: { status: "queued" } } });
  expect(accepted.headers.get("connection")).toBe("close");
});

test("a server that stops accepting finishes what is open, and asks its clients to go", async () => {
  const served = await serve();
  const { run, append, text, end } = await openOwnRun(served);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (options: RequestOptions) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      request(`${served.url}/health`, options, (answer) => resolve(answer.resume()))
        .on("error", reject)
        .end();
    });
  const connectionOf = async () => (await ask({ agent })).headers.connection;
  expect(await connectionOf()).toBe("keep-alive");
  const response = await served.send("GET", `/v1/runs/${run.id}/events`);
  await served.server.stopAccepting();
  expect(await connectionOf()).toBe("close");
  await expect(ask({ agent: false })).rejects.toThrow("ECONNREFUSED");
  await append(text("still here"));
  await end();
  expect(await response.text()).toContain("still here");
  agent.destroy();
});

test("a store that is gone is said to be, on every route", async () => {
  const served = await serve();
  const { json: session } = await served.post("/v1/sessions", { agent: "echo" });
  await served.runtime.close();
  await served.store[Symbol.asyncDispose]();
  expect(await served.get("/ready")).toMatchObject({ status: 503, json: { store: "unavailable" } });
  for (const path of ["/v1/sessions", `/v1/sessions/${session.id}`, "/v1/keys", "/v1/users/me/export", "/metrics"]) {
    const answer = await served.get(path);
    expect(answer.status).toBe(503);
    expect(answer.json.code).toBe("store.unavailable");
    expect(answer.headers.get("retry-after")).toBe("1");
  }
});

test("metrics count by route and status, in Prometheus' words", async () => {
  const { get, post } = await serve();
  const { json: session } = await post("/v1/sessions", { agent: "echo" });
  await post(`/v1/sessions/${session.id}/runs`, { message: "hi" }, { headers: { accept: "text/event-stream" } });
  await get(`/v1/sessions/${session.id}`);
  await get("/v1/sessions/unknown");
  const { text, headers } = await get("/metrics");
  expect(headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(text.split("\n")).toEqual(
    expect.arrayContaining([
      'aegis_http_requests_total{route="GET /v1/sessions/:id",status="200"} 1',
      'aegis_http_requests_total{route="GET /v1/sessions/:id",status="404"} 1',
      'aegis_http_request_duration_seconds_count{route="GET /v1/sessions/:id"} 2',
      'aegis_runs{status="ended"} 1',
      "aegis_stream_events_total 4",
    ]),
  );
  for (const line of text.trimEnd().split("\n")) {
    expect(line).toMatch(/^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z]+="[^"]*",?)+\})? [\d.e+-]+)$/);
  }
});

test("the OpenAPI document has every route, and the server a handler for each", async () => {
  const { get, runtime, store } = await serve();
  const { json } = await get("/v1/openapi.json");
  expect(json).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  const told = Object.entries<Record<string, { operationId: string }>>(json.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => [operationId, `${method.toUpperCase()} ${path}`]),
  );
  const wanted = Object.entries(ROUTES).map(([name, { method, path }]) => [
    name,
    `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`,
  ]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(wanted));
  const deps = { runtime, store, makeId, auth: null, randomBytes: () => new Uint8Array(32) };
  const { mounted } = createServerApp({ ...deps, clock: { nowMs: () => 0, monotonicMs: () => 0 } });
  expect([...mounted].toSorted()).toEqual(Object.keys(ROUTES).toSorted());
});

test("tokens are read by keys from the issuer's address, fetched anew when it changes them", async () => {
  const issuer = await openIssuer("https://issuer.example");
  const newer = await openIssuer("https://issuer.example#2");
  let answer: { status: number; body: string } = { status: 503, body: "" };
  let asked = 0;
  const keys = createServer((_, response) => {
    asked += 1;
    response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
  });
  await new Promise<void>((resolve) => {
    keys.listen(0, "127.0.0.1", resolve);
  });
  opened.push({ close: () => new Promise((resolve) => keys.close(() => resolve())) });
  const jwks = `http://127.0.0.1:${(keys.address() as AddressInfo).port}/jwks`;
  const served = await serve({
    auth: { jwt: { jwks, issuer: issuer.issuer, audience: "aegis", roleClaim: "roles", userClaim: "email" } },
  });
  const ask = (token: string) => served.get("/v1/sessions", { token });
  const token = await issuer.sign({ email: "ada@example.com", roles: ["staff", "operator"] });
  expect(await ask(token)).toMatchObject({ status: 503, json: { code: "auth.unavailable" } });
  answer = { status: 200, body: "<html>" };
  expect(await ask(token)).toMatchObject({ status: 503, json: { code: "auth.unavailable" } });
  answer = { status: 200, body: JSON.stringify(issuer.jwks) };
  expect(await ask(token)).toMatchObject({ status: 200 });
  const before = asked;
  expect(await ask(token)).toMatchObject({ status: 200 });
  expect(asked).toBe(before);
  expect((await served.get("/v1/workers", { token })).status).toBe(200);
  const strange = await newer.sign({ email: "ada@example.com" });
  expect(await ask(strange)).toMatchObject({ status: 401, json: { code: "auth.invalid" } });
  const created = await served.post("/v1/sessions", { agent: "echo" }, { token });
  expect(created.json.ownerId).toBe("ada@example.com");
});
