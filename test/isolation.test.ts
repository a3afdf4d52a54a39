import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AgentOptions } from "../src/agent/index.ts";
import { type Route, ROUTES } from "../src/api/index.ts";
import { openServed, readAnswer, readSse, type Served } from "./server-kit.ts";

const USERS = 500;
const AT_ONCE = 50;
/** Ids that a careless prefix, pattern, case, trim, path or normal form would take for each other's. */
const STEMS = ["ada", "Ada", "ad", "ada@example.org", "ada%", "a_a", "ада", "adá", "ada\u0301", "*"];
const MIDDLES = ["", "0", "1", "-", "_", ".", "%", "*", '"', "/memory"];
const ENDINGS = ["", " ", "~", "A", "a"];

interface User {
  readonly index: number;
  readonly id: string;
  readonly token: string;
  readonly sessionId: string;
  /** Words that only this user has ever said. */
  readonly secret: string;
  runId: string;
}

/** Keeps what it is told in the memory of its user, and says what it finds there. */
const keeper: AgentOptions = {
  name: "keeper",
  version: "1",
  run: async ({ message, context }) => {
    context.state["last"] = message;
    await context.userMemory?.write("secret", message);
    const found = (await context.userMemory?.search("secret")) ?? [];
    return `I keep ${found.map(({ value }) => JSON.stringify(value)).join()} for ${context.user?.id}`;
  },
};

let served: Served;
let users: readonly User[];

beforeAll(async () => {
  served = await openServed({ agents: [keeper], auth: {}, limits: { longPollMs: 20 } });
  users = await Promise.all(
    Array.from({ length: USERS }, async (_, index) => {
      const id = `${STEMS[index % 10]}'${MIDDLES[Math.floor(index / 10) % 10]}'${ENDINGS[Math.floor(index / 100)]}`;
      const { secret: token } = await served.makeKey({ name: `key ${index}`, role: "user", userId: id });
      const sessionId = `Session-${"x".repeat(index % 3)}${["", "0", "-", "_", ".", ":"][index % 6]}${index.toString(36)}`;
      return { index, id, token, sessionId, secret: `secret-${index}-of-one`, runId: "" };
    }),
  );
});
afterAll(() => served.close());

const strangers = (text: string, own: User) =>
  [...text.matchAll(/secret-(\d+)-of-one/g)].filter(([, index]) => Number(index) !== own.index).map(([found]) => found);

test("users with ids like each other's talk to an agent at the same time, and each stream holds its own user only", async () => {
  expect(new Set(users.map(({ id }) => id)).size).toBe(USERS);
  expect(new Set(users.map(({ sessionId }) => sessionId)).size).toBe(USERS);
  await Promise.all(
    users.map(async (user) => {
      const { token, sessionId, secret, id } = user;
      const metadata = { secret };
      const made = await served.post("/v1/sessions", { agent: "keeper", id: sessionId, metadata }, { token });
      expect(made.status).toBe(201);
      const response = await served.send("POST", `/v1/sessions/${sessionId}/runs`, {
        token,
        body: { message: secret, metadata },
        headers: { accept: "text/event-stream", "idempotency-key": "the-same-for-all" },
      });
      user.runId = response.headers.get("aegis-run-id") ?? "";
      const text = await response.text();
      const events = readSse(text).flatMap(({ data }) => (data === undefined ? [] : JSON.parse(data)));
      const sent = events.find(({ type }) => type === "message.sent");
      expect(sent).toMatchObject({ content: `I keep ${JSON.stringify(secret)} for ${id}` });
      expect(strangers(text, user)).toEqual([]);
      for (const key of ["note", `note ${secret}`]) {
        const entry = `/v1/users/me/memory/${encodeURIComponent(key)}`;
        const kept = await served.send("PUT", entry, { token, body: { value: { said: `common ${secret}` } } });
        expect(kept.ok).toBe(true);
      }
    }),
  );
  expect(new Set(users.map(({ runId }) => runId)).size).toBe(USERS);
});

test("each finds their own by every way to read, and nothing else", async () => {
  const leaks: string[] = [];
  await forAll(users, async (user) => {
    for (const path of readsOf(user)) {
      const { status, text } = await served.get(path, { token: user.token });
      if (status > 204) leaks.push(`${user.id} gets ${status} at ${path}`);
      leaks.push(...strangers(text, user).map((found) => `${user.id} reads ${found} at ${path}`));
      if (/messages|events|memory|export/.test(path) && !text.includes(user.secret)) {
        leaks.push(`${user.id} does not find their own at ${path}`);
      }
    }
  });
  expect(leaks).toEqual([]);
});

test("no route gives a user another's things, whatever it is asked for", async () => {
  const routes = Object.entries(ROUTES as Record<string, Route>);
  const leaks: string[] = [];
  await forAll(users, async (attacker) => {
    const victim = users[(attacker.index + 1 + (attacker.index % 7) * 10) % USERS] as User;
    // Each attacker takes a few routes in turn, so that all are tried many times over.
    const tried = routes.filter((_, index) => (index + attacker.index) % 5 === 0);
    for (const [name, route] of tried) {
      const answer = await attack(attacker, victim, route);
      const isOthers = route.path.includes(":") && !route.path.includes(":agent");
      const found = strangers(answer.text, attacker);
      if (found.length > 0) leaks.push(`${name}: ${attacker.id} reads ${found.join()} of ${victim.id}`);
      // What is not there cannot be resumed: 204, as for an id that nobody has.
      const isNothing = answer.status === 204 && answer.text === "" && route.method === "GET";
      if (isOthers && answer.status < 400 && !isNothing) {
        leaks.push(`${name}: ${attacker.id} was let in to ${victim.id}`);
      }
    }
  });
  expect(leaks).toEqual([]);
});

test("whoever asks for whomever's: it is as if there were nothing", async () => {
  const pair = fc.tuple(fc.nat(USERS - 1), fc.nat(USERS - 1), fc.nat(999)).filter(([one, other]) => one !== other);
  const leaks: string[] = [];
  await forAll(fc.sample(pair, { numRuns: 3_000, seed: 7 }), async ([one, other, which]) => {
    const [asker, owner] = [users[one] as User, users[other] as User];
    const asks = asksFor(owner);
    const [method, path, body] = asks[which % asks.length] as Ask;
    const answer = await readAnswer(await served.send(method, path, { token: asker.token, ...(body && { body }) }));
    // A chat that is not there has no run under way; whose it would be is not said.
    const nothing = path.startsWith("/v1/chat/") ? 204 : 404;
    if (answer.status !== nothing) leaks.push(`${asker.id} gets ${answer.status} at ${method} ${path}`);
    leaks.push(...strangers(answer.text, asker).map((found) => `${asker.id} reads ${found} at ${method} ${path}`));
  });
  expect(leaks).toEqual([]);
});

test("lists, search and export hold nothing but one's own, and nobody lost anything to the attempts", async () => {
  const agentsSeen = await served.get("/v1/agents", { token: users[0]?.token ?? "" });
  expect(agentsSeen.status).toBe(200);
  await forAll(users, async (user) => {
    const { token, secret, sessionId, runId, id } = user;
    const read = async (path: string) => {
      const answer = await served.get(path, { token });
      expect(answer.status, `${path} of ${id}`).toBe(200);
      expect(strangers(answer.text, user)).toEqual([]);
      return answer;
    };
    expect((await read("/v1/sessions?limit=1000")).json.items).toHaveLength(1);
    expect((await read("/v1/runs?limit=1000")).json.items).toHaveLength(1);
    expect((await read(`/v1/sessions/${sessionId}`)).json.state).toEqual({ last: secret });
    expect((await read("/v1/users/me/memory")).text).toContain(secret);
    expect((await read("/v1/users/me/memory?q=secret")).json.items).toHaveLength(3);
    expect((await read("/v1/users/me/memory?q=common")).json.items).toHaveLength(2);
    expect((await read(`/v1/users/me/memory?q=${encodeURIComponent('" OR *')}`)).text).not.toContain("secret-");
    const { json } = await read("/v1/users/me/export");
    expect(json).toMatchObject({
      sessions: [{ id: sessionId, closedAtMs: null, runs: [{ id: runId, outcome: "answered" }] }],
    });
    expect(json.memory).toHaveLength(3);
    expect(JSON.stringify(json.memory)).toContain(secret);
  });
});

async function forAll<Item>(items: readonly Item[], act: (item: Item) => Promise<void>): Promise<void> {
  const left = items.values();
  const work = async () => {
    for (const item of left) await act(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** Everything a user can read of somebody, themselves or another. */
function readsOf({ id, sessionId, runId }: User): string[] {
  const user = `/v1/users/${encodeURIComponent(id)}`;
  return [
    `/v1/sessions/${sessionId}`,
    `/v1/sessions/${sessionId}/messages`,
    `/v1/sessions/${sessionId}/runs`,
    `/v1/runs/${runId}`,
    `/v1/runs/${runId}/events`,
    `/v1/runs/${runId}/stream`,
    `/v1/runs/${runId}/stream?offset=-1&live=sse`,
    `/v1/runs/${runId}/decisions`,
    `/v1/responses/resp_${runId}`,
    `/v1/chat/${sessionId}/stream`,
    `${user}/memory`,
    `${user}/memory?q=common`,
    `${user}/memory?prefix=note`,
    `${user}/memory/note`,
    `${user}/memory/note/versions`,
    `${user}/export`,
  ];
}

type Ask = readonly [method: string, path: string, body?: object];

/** All there is to read, change and erase of the owner. */
function asksFor(owner: User): Ask[] {
  const user = `/v1/users/${encodeURIComponent(owner.id)}`;
  return [
    ...readsOf(owner).map((path): Ask => ["GET", path]),
    ["POST", `/v1/sessions/${owner.sessionId}/runs`, { message: "mine now" }],
    ["POST", `/v1/sessions/${owner.sessionId}/close`, {}],
    ["DELETE", `/v1/sessions/${owner.sessionId}`],
    ["POST", `/v1/runs/${owner.runId}/cancel`, {}],
    ["PUT", `${user}/memory/note`, { value: "mine now" }],
    ["DELETE", `${user}/memory/note`],
    ["DELETE", `${user}/memory`],
    ["DELETE", user],
    ["GET", `/v1/sessions?userId=${encodeURIComponent(owner.id)}`],
  ];
}

/** The victim's ids in the attacker's request, with the best-formed body there is. */
async function attack(attacker: User, victim: User, { method, path, body }: Route) {
  const isSession = /^\/v1\/(sessions|chat)\//.test(path);
  const isResponse = path.startsWith("/v1/responses/");
  const id = isSession ? victim.sessionId : isResponse ? `resp_${victim.runId}` : victim.runId;
  const filled = path
    .replace(":userId", encodeURIComponent(victim.id))
    .replace(":id", encodeURIComponent(id))
    .replace(":key", "secret")
    .replace(":agent", "keeper");
  const bodies: Record<string, unknown> = {
    "/v1/sessions": { agent: "keeper", userId: victim.id },
    "/v1/sessions/:id/runs": { message: "tell me" },
    "/v1/runs/:id/decisions": { kind: "approval", effect: 0, decision: "approved" },
    "/v1/users/:userId/memory/:key": { value: "overwritten" },
    "/v1/agents/:agent/memory/:key": { value: "overwritten" },
    "/v1/responses": { model: "keeper", input: "tell me", previous_response_id: `resp_${victim.runId}` },
    "/v1/chat": {
      id: victim.sessionId,
      trigger: "submit-message",
      messages: [{ id: "m", role: "user", parts: [{ type: "text", text: "tell me" }] }],
    },
  };
  const sent = body !== undefined || bodies[path] !== undefined ? { body: bodies[path] ?? {} } : {};
  return readAnswer(await served.send(method, filled, { token: attacker.token, ...(method === "GET" ? {} : sent) }));
}
