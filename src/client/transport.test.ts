import { expect, onTestFinished, test } from "vitest";
import { connect } from "./connect.ts";
import { serveByHand, type Treatment } from "./serve-by-hand.test-kit.ts";
import type { ConnectOptions } from "./transport.ts";

const busy: Treatment = { kind: "status", status: 503 };
const lost: Treatment = { kind: "refuse" };

test("a message is sent again under the same key until it is taken", async () => {
  const { client, server } = await open({
    treatments: [lost, busy, { kind: "status", status: 429, headers: { "retry-after": "0" } }],
    answer: () => ({ run: { id: "r1" }, how: "started" }),
  });
  const sent = await client.session("s/1").send({ message: "hello", whenBusy: "steer" });
  expect(sent).toMatchObject({ id: "r1", how: "started" });
  expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual(
    Array(4).fill("POST /v1/sessions/s%2F1/runs"),
  );
  expect(new Set(server.seen.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
  expect(server.seen[3]?.headers["idempotency-key"]).toMatch(/^[0-9a-f]{32}$/);
  expect(JSON.parse(server.seen[3]?.body ?? "")).toEqual({ message: "hello", whenBusy: "steer" });
});

test("two messages have two keys, unless the caller gives one", async () => {
  const { client, server } = await open({ answer: () => ({ run: { id: "r1" }, how: "started" }) });
  const session = client.session("s");
  await session.send("a");
  await session.send("a");
  await session.send({ message: "a", idempotencyKey: "mine" });
  const keys = server.seen.map(({ headers }) => headers["idempotency-key"]);
  expect(new Set(keys).size).toBe(3);
  expect(keys[2]).toBe("mine");
});

test.each<{ why: string; call: (client: ReturnType<typeof connect>) => Promise<unknown> }>([
  { why: "a new session", call: (client) => client.createSession({ agent: "a" }) },
  {
    why: "a decision",
    call: (client) => client.run("r").decide({ kind: "approval", effect: 3, decision: "approved" }),
  },
  { why: "a cancel", call: (client) => client.run("r").cancel() },
  { why: "a write with a version", call: (client) => client.userMemory().put("k", 1, { ifVersion: 2 }) },
])("$why is sent once", async ({ call }) => {
  const { client, server } = await open({ treatments: [busy] });
  await expect(call(client)).rejects.toMatchObject({ status: 503, code: "client.http_503" });
  expect(server.seen).toHaveLength(1);
});

test("what may be repeated is, five times at most", async () => {
  const { client, server } = await open({ treatments: [lost, busy, lost] });
  expect(await client.agents()).toEqual({ ok: true });
  expect(server.seen).toHaveLength(4);
  const { client: other, server: down } = await open({ treatments: Array(9).fill(busy) });
  await expect(other.agents()).rejects.toMatchObject({ status: 503 });
  expect(down.seen).toHaveLength(5);
});

test("a deletion whose answer got lost is done", async () => {
  const { client } = await open({ treatments: [lost, { kind: "status", status: 404 }] });
  await expect(client.session("s").erase()).resolves.toBeUndefined();
  const { client: other } = await open({ treatments: [{ kind: "status", status: 404 }] });
  await expect(other.session("s").erase()).rejects.toMatchObject({ status: 404 });
});

test("the token is asked for before every request", async () => {
  let count = 0;
  const { client, server } = await open({ treatments: [busy] }, { token: () => Promise.resolve(`t${(count += 1)}`) });
  await client.agents();
  expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(["Bearer t1", "Bearer t2"]);
});

test("queries, keys and paths are escaped, and a path in the address is kept", async () => {
  const { server } = await open({});
  const client = connect({ url: `${server.url}/proxy/?x#y` });
  await client.userMemory("a b").list({ q: "käse & brot", limit: 5 });
  await client.agentMemory("x").get("../keys");
  await client.runs();
  expect(server.seen.map(({ url }) => url)).toEqual([
    "/proxy/v1/users/a%20b/memory?q=k%C3%A4se+%26+brot&limit=5",
    "/proxy/v1/agents/x/memory/..%2Fkeys",
    "/proxy/v1/runs",
  ]);
});

test.each([
  { why: "no JSON", body: undefined, headers: { "content-type": "text/html" }, code: "client.http_404" },
  { why: "a list", body: [1], headers: {}, code: "client.http_404" },
  { why: "wrong types", body: { code: 7, fix: null, details: 3 }, headers: {}, code: "client.http_404" },
])("a refusal that is $why still has a code", async ({ body, headers, code }) => {
  const { client } = await open({ treatments: [{ kind: "status", status: 404, headers, body }] });
  await expect(client.run("r").record()).rejects.toMatchObject({
    code,
    status: 404,
    message: "The server answered 404 Not Found",
  });
});

test("a server that is not there is said to be so", async () => {
  const { client, server } = await open({});
  await server.close();
  await expect(client.agents()).rejects.toMatchObject({ code: "client.unreachable", status: 0 });
});

test("an address that is none is refused at once", () => {
  expect(() => connect({ url: "nowhere" })).toThrow(TypeError);
});

async function open(server: Parameters<typeof serveByHand>[0], options: Partial<ConnectOptions> = {}) {
  const served = await serveByHand(server);
  let isClosed = false;
  const close = async () => {
    if (!isClosed) await served.close();
    isClosed = true;
  };
  onTestFinished(close);
  const client = connect({ url: served.url, backoff: { baseMs: 1, capMs: 2 }, ...options });
  return { server: { ...served, close }, client };
}
