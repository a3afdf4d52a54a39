import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Route, type RouteName, ROUTES } from "../src/api/index.ts";
import type { Principal } from "../src/domain/index.ts";
import { eventsOf } from "../src/testing/open-place.ts";
import { makeId, openIssuer, openServed, readAnswer, type Served } from "./server-kit.ts";

/** Who calls; `principal` is what the server should take it for, or the code it should refuse it with. */
interface Caller {
  readonly name: string;
  readonly token?: string;
  readonly principal?: Omit<Principal, "name">;
  readonly refused?: { readonly code: string; readonly authenticate: string };
}

let served: Served;
let callers: Caller[];

const BARE = 'Bearer realm="aegis"';
const INVALID = `${BARE}, error="invalid_token"`;

beforeAll(async () => {
  const issuer = await openIssuer("https://issuer.example");
  const stranger = await openIssuer("https://stranger.example");
  const { jwks } = issuer;
  served = await openServed({
    auth: { jwt: { jwks, issuer: issuer.issuer, audience: "aegis", scopeClaim: "permissions" } },
    limits: { longPollMs: 50 },
  });
  const key = async (...[wanted]: Parameters<Served["makeKey"]>): Promise<Caller> => {
    const { secret, key: made } = await served.makeKey(wanted);
    const { userId, role, scopes } = made;
    return { name: wanted.name, token: secret, principal: { userId, role, scopes } };
  };
  const token = async (sub: string, role?: string): Promise<Caller> => ({
    name: `token of ${sub}`,
    token: await issuer.sign({ sub, role, permissions: "sessions:read sessions:write memory:read" }),
    principal: {
      userId: sub,
      role: role === "operator" ? "operator" : "user",
      scopes: ["sessions:read", "sessions:write", "memory:read"],
    },
  });
  const refused = (name: string, code: string, bad?: string): Caller => ({
    name,
    ...(bad === undefined ? {} : { token: bad }),
    refused: { code, authenticate: code === "auth.required" ? BARE : INVALID },
  });
  const past = Math.floor(Date.now() / 1_000) - 60;
  const none = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
  const claims = Buffer.from(JSON.stringify({ sub: "ada", iss: issuer.issuer, aud: "aegis", exp: past + 999 }));
  callers = [
    await key({ name: "owner", role: "user", userId: "ada" }),
    await key({ name: "other user", role: "user", userId: "bob" }),
    await key({ name: "operator", role: "operator" }),
    await key({ name: "admin", role: "admin" }),
    await key({ name: "narrow admin", role: "admin", scopes: ["memory:read"] }),
    await key({ name: "narrow owner", role: "user", userId: "ada", scopes: ["sessions:read"] }),
    await key({ name: "approver", role: "user", userId: "ada", scopes: ["approvals:decide"] }),
    await key({ name: "scopeless", role: "admin", scopes: [] }),
    await token("ada"),
    await token("bob"),
    await token("olga", "operator"),
    refused("nobody", "auth.required"),
    refused("unknown key", "auth.invalid", `aeg_${"A".repeat(43)}`),
    refused("no key at all", "auth.invalid", "secret"),
    refused(
      "expired key",
      "auth.expired",
      (await served.makeKey({ name: "old", role: "admin", expiresAtMs: 1 })).secret,
    ),
    refused("broken token", "auth.invalid", `${(await issuer.sign({ sub: "ada" })).slice(0, -6)}AAAAAA`),
    refused("token of another issuer", "auth.invalid", await stranger.sign({ sub: "ada" })),
    refused("token for another audience", "auth.invalid", await issuer.sign({ sub: "ada" }, { audience: "else" })),
    refused("expired token", "auth.expired", await issuer.sign({ sub: "ada" }, { expiresAt: past })),
    refused("unsigned token", "auth.invalid", `${none}.${claims.toString("base64url")}.`),
    refused("token of nobody", "auth.invalid", await issuer.sign({ role: "admin" })),
  ];
});
afterAll(() => served.close());

/** Things of ada's, made anew for each request: some routes erase them. */
async function makeThings() {
  const { runtime, store } = served;
  const session = await runtime.createSession({ agent: "echo", ownerId: "ada" });
  const { run } = await runtime.startRun({ sessionId: session.id, message: "hi", by: "test" });
  await eventsOf(runtime, run);
  const written = { value: 1, atMs: 1, key: "color" };
  await store.writeMemory({ ...written, scope: { kind: "user", id: "ada" }, writeId: makeId() });
  await store.writeMemory({ ...written, scope: { kind: "agent", id: "echo" }, writeId: makeId() });
  const { key } = await served.makeKey({ name: `spare ${makeId()}`, role: "user" });
  const webhookId = makeId<"webhook">();
  const webhook = { id: webhookId, url: "http://127.0.0.1:9/", secret: "s", ownerId: null, createdAtMs: 1 };
  await store.createWebhook({ ...webhook, events: ["run.ended"] });
  return { session: session.id, run: run.id, key: key.id, webhook: webhookId };
}
type Things = Awaited<ReturnType<typeof makeThings>>;

interface Ask {
  readonly id?: keyof Things;
  readonly body?: unknown;
  /** The answer to those who may, where it is none of the table's. */
  readonly status?: number;
}

/** What to send to each route. The clients' own protocols have their own tests. */
const ASKS: Partial<Record<RouteName, Ask>> = {
  "sessions.create": { body: { agent: "echo" } },
  "sessions.get": { id: "session" },
  "sessions.erase": { id: "session" },
  "sessions.close": { id: "session" },
  "sessions.messages": { id: "session" },
  "sessions.start-run": { id: "session", body: { message: "more" } },
  "sessions.runs": { id: "session" },
  "runs.get": { id: "run" },
  "runs.events": { id: "run" },
  "runs.stream": { id: "run" },
  "runs.stream-head": { id: "run" },
  "runs.decisions": { id: "run" },
  // The run is over: whoever may decide hears that.
  "runs.decide": { id: "run", body: { kind: "approval", effect: 0, decision: "approved" }, status: 409 },
  "runs.cancel": { id: "run", status: 409 },
  "user-memory.put": { body: { value: 2 } },
  "agent-memory.put": { body: { value: 2 } },
  "agents.route": { body: { weights: [{ version: "1", weight: 1 }] } },
  "keys.create": { body: { name: "made", role: "user" } },
  "keys.rotate": { id: "key" },
  "keys.revoke": { id: "key" },
  "webhooks.create": { body: { url: "https://example.com/hook" } },
  "webhooks.remove": { id: "webhook" },
  "webhooks.deliveries": { id: "webhook" },
  // There is no trace of this id: whoever may read or write traces hears that.
  "traces.get": { status: 404 },
  "traces.events": { status: 404 },
  "traces.feedback": { body: { kind: "rating", name: "helpful", score: 1 }, status: 404 },
  "traces.list-feedback": { status: 404 },
};

const NAMES = (Object.keys(ROUTES) as RouteName[]).filter((name) => !("isForeign" in ROUTES[name]));

function pathOf(route: Route, things: Things, { id }: Ask): string {
  const filled = { id: id ? things[id] : "none", userId: "ada", agent: "echo", key: "color" };
  return route.path.replaceAll(/:([A-Za-z]+)/g, (_, name: keyof typeof filled) => filled[name]);
}

const RANK = { user: 0, operator: 1, admin: 2 };

/** The rules once more, said another way than the server says them. */
function verdict({ needs }: Route, { principal, refused }: Caller): "passes" | "401" | "403" | "404" {
  if (needs.role === null) return "passes";
  if (refused || !principal) return "401";
  const has = (scope: (typeof principal.scopes & object)[number]) => principal.scopes?.includes(scope) ?? true;
  const byRole = RANK[principal.role] >= RANK[needs.role] && (needs.scopes ?? []).every(has);
  const byScope = needs.orScope !== undefined && principal.scopes !== null && has(needs.orScope);
  if (!byRole && !byScope) return "403";
  const sees = principal.role !== "user" || principal.userId === "ada";
  return needs.owns === undefined || sees ? "passes" : "404";
}

describe.each(NAMES)("%s", (name) => {
  test("answers each caller as the table says", async () => {
    const route: Route = ROUTES[name];
    const ask = ASKS[name] ?? {};
    const seen: Record<string, string> = {};
    const expected: Record<string, string> = {};
    for (const caller of callers) {
      const things = await makeThings();
      const body = name === "keys.create" ? { name: `made ${makeId()}`, role: "user" } : ask.body;
      const { token } = caller;
      const answer = await readAnswer(
        await served.send(route.method, pathOf(route, things, ask), {
          ...(body === undefined ? {} : { body }),
          ...(token === undefined ? {} : { token }),
        }),
      );
      const wanted = verdict(route, caller);
      const statuses = [...Object.keys(route.answers).map(Number), ...(ask.status === undefined ? [] : [ask.status])];
      const isAllowed = ask.status === undefined ? statuses.includes(answer.status) : answer.status === ask.status;
      seen[caller.name] = isAllowed ? "passes" : String(answer.status);
      expected[caller.name] = wanted;
      if (wanted !== "passes" && route.method !== "HEAD") {
        expect(answer.headers.get("content-type")).toBe("application/problem+json");
        expect(answer.json.status).toBe(answer.status);
      }
      if (wanted === "401" && caller.refused && route.method !== "HEAD") {
        expect(answer.json.code).toBe(caller.refused.code);
        expect(answer.headers.get("www-authenticate")).toBe(caller.refused.authenticate);
      }
    }
    expect(seen).toEqual(expected);
    expect(served.lines.filter(({ level }) => level === "error")).toEqual([]);
  });
});

const FOREIGN = (Object.keys(ROUTES) as RouteName[]).filter((name) => "isForeign" in ROUTES[name]);

test.each(FOREIGN)("%s turns the same callers away, whatever protocol it speaks", async (name) => {
  const route: Route = ROUTES[name];
  const turnedAway: Record<string, boolean> = {};
  const expected: Record<string, boolean> = {};
  for (const caller of callers) {
    const { token } = caller;
    const path = route.path.replace(":id", "nothing");
    const hasBody = route.method === "POST";
    const answer = await readAnswer(
      await served.send(route.method, path, {
        ...(hasBody ? { body: {} } : {}),
        ...(token === undefined ? {} : { token }),
      }),
    );
    turnedAway[caller.name] = answer.status === 401 || answer.status === 403;
    expected[caller.name] = ["401", "403"].includes(verdict(route, caller));
    const code = caller.refused?.code ?? "auth.forbidden";
    // Exporters of telemetry hear it in words.
    const said = () => (name === "traces.collect" ? /\[(.+)\]$/.exec(answer.json.message)?.[1] : answer.json.code);
    if (turnedAway[caller.name]) expect(said()).toBe(code);
  }
  expect(turnedAway).toEqual(expected);
});

test("another's thing answers word for word as one that does not exist", async () => {
  const things = await makeThings();
  const token = callers.find(({ name }) => name === "other user")?.token ?? "";
  const missing = makeId();
  for (const [there, notThere] of [
    [`/v1/sessions/${things.session}`, `/v1/sessions/${missing}`],
    [`/v1/sessions/${things.session}/messages`, `/v1/sessions/${missing}/messages`],
    [`/v1/runs/${things.run}`, `/v1/runs/${missing}`],
    [`/v1/runs/${things.run}/events`, `/v1/runs/${missing}/events`],
    [`/v1/runs/${things.run}/stream`, `/v1/runs/${missing}/stream`],
    ["/v1/users/ada/memory/color", "/v1/users/nobody/memory/color"],
    ["/v1/users/ada/export", "/v1/users/nobody/export"],
  ] as const) {
    const [first, second] = [await served.get(there, { token }), await served.get(notThere, { token })];
    expect(first).toMatchObject({ status: 404, text: second.text });
  }
});

test("lists show a user only what is theirs", async () => {
  const things = await makeThings();
  const tokenOf = (name: string) => callers.find((each) => each.name === name)?.token ?? "";
  const ids = async (path: string, name: string) => {
    const { json } = await served.get(path, { token: tokenOf(name) });
    return (json.items as { id: string; ownerId: string }[]) ?? json;
  };
  expect((await ids("/v1/sessions?limit=1000", "owner")).map(({ id }) => id)).toContain(things.session);
  expect((await ids("/v1/runs?limit=1000", "operator")).map(({ id }) => id)).toContain(things.run);
  for (const path of ["/v1/sessions?limit=1000", "/v1/runs?limit=1000"]) {
    expect((await ids(path, "other user")).filter(({ ownerId }) => ownerId !== "bob")).toEqual([]);
  }
  const foreign = await served.get("/v1/sessions?userId=ada", { token: tokenOf("other user") });
  expect(foreign).toMatchObject({ status: 404, json: { code: "user.not_found" } });
  const forOthers = await served.post(
    "/v1/sessions",
    { agent: "echo", userId: "ada" },
    { token: tokenOf("other user") },
  );
  expect(forOthers).toMatchObject({ status: 403, json: { code: "auth.forbidden" } });
  const byOperator = await served.post(
    "/v1/sessions",
    { agent: "echo", userId: "ada" },
    { token: tokenOf("operator") },
  );
  expect(byOperator).toMatchObject({ status: 201, json: { ownerId: "ada" } });
});
