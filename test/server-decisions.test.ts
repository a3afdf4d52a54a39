/* oxlint-disable unicorn/no-thenable -- rules are when/then */
import { ToolLoopAgent } from "ai";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { type AgentOptions, defineTool } from "../src/agent/index.ts";
import { scripted } from "../src/model/index.ts";
import { eventually, openServed, readSse, type Served } from "./server-kit.ts";

const opened: Served[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

/** Pays back what it is told, once a person has said so. */
function refunder(paid: number[]): AgentOptions {
  const refund = defineTool({
    name: "refund",
    description: "pays back",
    input: z.object({ cents: z.number() }),
    risk: "irreversible",
    needsApproval: true,
    execute: ({ cents }) => {
      paid.push(cents);
      return "paid";
    },
  });
  const model = scripted({
    id: "refunds",
    rules: [
      { when: { lastTool: "refund" }, then: { say: "Result: {{lastResult}}" } },
      { when: { user: "." }, then: { call: { tool: "refund", arguments: { cents: 5 } } } },
    ],
    fallback: { say: "How much?" },
  });
  return { name: "refunder", version: "1", agent: () => new ToolLoopAgent({ model, tools: { refund } }) };
}

async function openPaused() {
  const paid: number[] = [];
  const served = await openServed({ agents: [refunder(paid)], auth: {} });
  opened.push(served);
  const key = async (...[wanted]: Parameters<Served["makeKey"]>) => (await served.makeKey(wanted)).secret;
  const ada = await key({ name: "ada", role: "user" });
  const olga = await key({ name: "olga", role: "operator" });
  const approver = await key({ name: "approver", role: "user", userId: "ada", scopes: ["approvals:decide"] });
  const stranger = await key({ name: "bob", role: "user", scopes: ["approvals:decide"] });
  const { json: session } = await served.post("/v1/sessions", { agent: "refunder" }, { token: ada });
  const { json } = await served.post(`/v1/sessions/${session.id}/runs`, { message: "refund" }, { token: ada });
  const run = `/v1/runs/${json.run.id}`;
  await eventually(async () => (await served.get(run, { token: ada })).json.status === "paused");
  return { ...served, paid, run, session: session.id as string, ada, olga, approver, stranger };
}

test("an approval is asked for, decided by who may, once, with the name in the log", async () => {
  const { get, post, run, ada, olga, stranger, paid } = await openPaused();
  const { json: pending } = await get(`${run}/decisions`, { token: ada });
  expect(pending).toMatchObject([{ kind: "approval", tool: "refund", arguments: { cents: 5 } }]);
  const [{ effect }] = pending;
  const decide = (token: string, body: object) => post(`${run}/decisions`, body, { token });
  const approve = { kind: "approval", effect, decision: "approved" };
  expect(await decide(ada, approve)).toMatchObject({ status: 403, json: { code: "auth.forbidden" } });
  expect(await decide(stranger, approve)).toMatchObject({ status: 404, json: { code: "run.not_found" } });
  const wrong = await decide(olga, { ...approve, effect: effect + 1 });
  expect(wrong).toMatchObject({ status: 409, json: { code: "run.nothing_to_decide" } });
  const edited = { kind: "approval", effect, decision: "edited", arguments: { cents: 3 } };
  const decided = await decide(olga, edited);
  expect(decided).toMatchObject({ status: 202, json: { kind: "approval", effect, by: "key:olga" } });
  const again = await decide(olga, approve);
  expect(again.status).toBe(409);
  expect(again.json.code).toMatch(/^run\.(already_decided|ended)$/);
  const { text } = await get(`${run}/events`, { token: ada });
  const events = readSse(text).map(({ data = "" }) => JSON.parse(data));
  expect(events.find(({ type }) => type === "approval.decided")).toMatchObject({ by: "key:olga", decision: "edited" });
  expect(events.at(-2)).toMatchObject({ type: "message.sent", content: "Result: paid" });
  expect(paid).toEqual([3]);
  expect((await get(`${run}/decisions`, { token: ada })).json).toEqual([]);
});

test("a user's key may decide on own runs where it names that scope", async () => {
  const { get, post, run, ada, approver, paid } = await openPaused();
  const [{ effect }] = (await get(`${run}/decisions`, { token: ada })).json;
  const body = { kind: "approval", effect, decision: "denied" };
  expect((await post(`${run}/decisions`, body, { token: approver })).status).toBe(202);
  await get(`${run}/events`, { token: ada });
  expect(paid).toEqual([]);
});

test("a cancel, said twice, ends a run that waits", async () => {
  const { get, post, run, ada, paid } = await openPaused();
  const answers = await Promise.all([
    post(`${run}/cancel`, {}, { token: ada }),
    post(`${run}/cancel`, {}, { token: ada }),
  ]);
  // The second may come when the run has ended already.
  const told = answers.map(({ status, json }) => json.code ?? status);
  expect(told.filter((each) => each !== "run.ended")).toContain(202);
  expect(new Set([...told, 202, "run.ended"])).toEqual(new Set([202, "run.ended"]));
  await eventually(async () => (await get(run, { token: ada })).json.status === "ended");
  expect((await get(run, { token: ada })).json.outcome).toBe("cancelled");
  expect(paid).toEqual([]);
});

test("messages wait for their turn, and are found again by their key", async () => {
  const { post, get, session, run, ada } = await openPaused();
  const send = (message: string, more: object = {}, key?: string) =>
    post(
      `/v1/sessions/${session}/runs`,
      { message, ...more },
      { token: ada, ...(key === undefined ? {} : { headers: { "idempotency-key": key } }) },
    );
  const waiting = await send("next", {}, "k1");
  expect(waiting.json).toMatchObject({ how: "started", run: { status: "queued", idempotencyKey: "k1" } });
  expect((await send("next", {}, "k1")).json).toMatchObject({ how: "found", run: { id: waiting.json.run.id } });
  const steered = await send("also this", { whenBusy: "steer" });
  expect(steered.json.how).toBe("steered");
  expect(`/v1/runs/${steered.json.run.id}`).toBe(run);
  const interrupting = await send("stop, do this", { whenBusy: "interrupt" });
  expect(interrupting.status).toBe(202);
  await eventually(async () => (await get(run, { token: ada })).json.outcome === "cancelled");
  await eventually(
    async () => (await get(`/v1/runs/${waiting.json.run.id}`, { token: ada })).json.outcome === "cancelled",
  );
  await eventually(
    async () => (await get(`/v1/runs/${interrupting.json.run.id}`, { token: ada })).json.status === "paused",
  );
});
