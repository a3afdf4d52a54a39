import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { Webhook, WebhookDelivery } from "../../domain/index.ts";
import { type Clock, fixedClock, type Id, idMaker, LIMITS, systemClock } from "../../kernel/index.ts";
import type { Store } from "../../store/index.ts";
import { eventsOf, openPlace, until } from "../../testing/open-place.ts";
import { refunder } from "../../testing/open-protocol-server.ts";
import { serveHttp } from "../serve-http.ts";
import { createWebhookPost } from "./post-webhook.ts";
import { openWebhookSender, type WebhookSender, type WebhookSenderOptions } from "./webhook-sender.ts";

const SECRET = `whsec_${Buffer.from("a secret of thirty-two bytes yes!").toString("base64")}`;
const makeId = idMaker(systemClock, Math.random);
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

function newPlace() {
  const place = openPlace();
  closers.push(() => place.close());
  return place;
}

interface Received {
  readonly id: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A receiver that remembers what it got and answers as told; one without an answer hangs. */
async function openReceiver(answer: (response: ServerResponse, count: number) => void = (response) => response.end()) {
  const received: Received[] = [];
  const server: Server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => void (body += text));
    request.on("end", () => {
      received.push({ id: String(request.headers["webhook-id"]), headers: request.headers, body });
      answer(response, received.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received };
}

async function addWebhook(store: Store, url: string, more: Partial<Webhook> = {}): Promise<Webhook> {
  const events = ["run.ended", "run.paused", "run.started"] as const;
  const webhook: Webhook = { id: makeId(), url, secret: SECRET, events, ownerId: null, createdAtMs: 0, ...more };
  await store.createWebhook(webhook);
  return webhook;
}

async function addDeliveries(store: Store, { id }: Webhook, count = 1): Promise<void> {
  await store.addDeliveries(
    Array.from({ length: count }, () => ({
      id: makeId<"webhook-delivery">(),
      webhookId: id,
      event: "run.ended" as const,
      body: { type: "run.ended" },
      attempt: 0,
      nextAtMs: 0,
      outcome: "pending" as const,
      lastStatus: null,
      createdAtMs: 0,
    })),
  );
}

function open(store: Store, more: Partial<WebhookSenderOptions> = {}): WebhookSender {
  const post = createWebhookPost({ allowsPrivate: true });
  const sender = openWebhookSender({
    store,
    clock: systemClock,
    random: () => 0,
    post,
    log: () => undefined,
    pollMs: 5,
    ...more,
  });
  closers.push(() => sender.close());
  return sender;
}

/** A sender told by a runtime of its steps; for it time stands still, so that what it knows never gets old. */
async function openWithSender() {
  const place = newPlace();
  const store = await place.openStore();
  const sender = open(store, { clock: { nowMs: () => Date.now(), monotonicMs: () => 0 } });
  const { runtime } = await place.open([refunder], { store, onStep: sender.noteStep });
  return { store, runtime, sender };
}

/** Waits until the webhook's deliveries are as wanted. */
async function deliveries(
  store: Store,
  webhook: Webhook,
  areThere: (all: readonly WebhookDelivery[]) => boolean,
): Promise<readonly WebhookDelivery[]> {
  for (;;) {
    const all = await store.listDeliveries(webhook.id, 1_000);
    if (areThere(all)) return all;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const areSettled = (all: readonly WebhookDelivery[]) =>
  all.length > 0 && all.every(({ outcome }) => outcome !== "pending");
const hasStatus = (status: number) => (all: readonly WebhookDelivery[]) =>
  all.some(({ lastStatus }) => lastStatus === status);

/** The signature as a receiver computes it, by the other crypto of the platform. */
async function signatureOf({ id, headers, body }: Received): Promise<string> {
  const bytes = Buffer.from(SECRET.slice("whsec_".length), "base64");
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const text = new TextEncoder().encode(`${id}.${String(headers["webhook-timestamp"])}.${body}`);
  return `v1,${Buffer.from(await crypto.subtle.sign("HMAC", key, text)).toString("base64")}`;
}

test("a run's steps are sent once each, signed", async () => {
  const place = newPlace();
  const store = await place.openStore();
  const receiver = await openReceiver();
  const webhook = await addWebhook(store, receiver.url);
  const others = await addWebhook(store, receiver.url, { ownerId: "somebody-else" });
  const sender = open(store);
  const { runtime } = await place.open([refunder], { store, onStep: sender.noteStep });
  const session = await runtime.createSession({ agent: "refunder", ownerId: "ada" });
  const { run } = await runtime.startRun({ sessionId: session.id, message: "refund me", by: "ada" });
  await until(runtime, run, ({ status }) => status === "paused");
  const [decision] = await runtime.pendingDecisions(run.id);
  const body = { kind: "approval", effect: decision?.effect ?? -1, decision: "approved" } as const;
  await runtime.signal(run.id, { by: "eve", body });
  await eventsOf(runtime, run);
  await deliveries(store, webhook, (all) => all.length === 3 && areSettled(all));
  const told = receiver.received.map(
    (each) => JSON.parse(each.body) as { type: string; data: { run: { id: string } } },
  );
  expect(told.map(({ type }) => type).toSorted()).toEqual(["run.ended", "run.paused", "run.started"]);
  expect(told.every(({ data }) => data.run.id === run.id)).toBe(true);
  for (const each of receiver.received) expect(each.headers["webhook-signature"]).toBe(await signatureOf(each));
  expect(await store.listDeliveries(others.id, 10)).toEqual([]);
});

test("a receiver that fails is asked again later, with the same id, until it takes the message", async () => {
  const store = await newPlace().openStore();
  const clock = fixedClock(1_000_000);
  const receiver = await openReceiver((response, count) => response.writeHead(count < 3 ? 500 : 204).end());
  const webhook = await addWebhook(store, receiver.url);
  await addDeliveries(store, webhook);
  open(store, { clock });
  const isAt = (count: number) => (all: readonly WebhookDelivery[]) =>
    all[0]?.attempt === count && all[0].lastStatus !== null && (all[0].nextAtMs ?? 0) < clock.nowMs() + 12_000;
  await deliveries(store, webhook, isAt(1));
  expect((await store.listDeliveries(webhook.id, 1))[0]).toMatchObject({ lastStatus: 500, nextAtMs: 1_005_000 });
  clock.advance(5_000);
  await deliveries(store, webhook, isAt(2));
  clock.advance(10_000);
  expect(await deliveries(store, webhook, areSettled)).toMatchObject([
    { attempt: 3, outcome: "delivered", lastStatus: 204, nextAtMs: null },
  ]);
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
  expect(receiver.received).toHaveLength(3);
});

test("a receiver that never takes a message is given up on", async () => {
  const store = await newPlace().openStore();
  let nowMs = 0;
  // Whenever somebody looks, it is much later.
  const clock: Clock = { nowMs: () => (nowMs += LIMITS.webhookBackoffMaxMs), monotonicMs: () => 0 };
  const receiver = await openReceiver((response) => response.writeHead(500).end());
  const webhook = await addWebhook(store, receiver.url);
  await addDeliveries(store, webhook);
  open(store, { clock });
  const [delivery] = await deliveries(store, webhook, areSettled);
  expect(delivery).toMatchObject({ outcome: "given-up", attempt: LIMITS.webhookAttemptsMax, lastStatus: 500 });
  expect(receiver.received).toHaveLength(LIMITS.webhookAttemptsMax);
});

test("a receiver that hangs is let go, one that rate-limits is left alone as long as it asks", async () => {
  const store = await newPlace().openStore();
  const clock = fixedClock(1_000_000);
  const hanging = await openReceiver(() => undefined);
  const limited = await openReceiver((response) => response.writeHead(429, { "retry-after": "120" }).end());
  const [first, second] = [await addWebhook(store, hanging.url), await addWebhook(store, limited.url)];
  await addDeliveries(store, first);
  await addDeliveries(store, second);
  open(store, { clock, timeoutMs: 100 });
  await deliveries(
    store,
    first,
    ([delivery]) => delivery?.attempt === 1 && delivery.nextAtMs === 1_005_000 && hanging.received.length === 1,
  );
  expect(await deliveries(store, second, hasStatus(429))).toMatchObject([{ nextAtMs: 1_120_000, outcome: "pending" }]);
});

test("a redirect is not followed", async () => {
  const store = await newPlace().openStore();
  const elsewhere = await openReceiver();
  const receiver = await openReceiver((response) => response.writeHead(307, { location: elsewhere.url }).end());
  const webhook = await addWebhook(store, receiver.url);
  await addDeliveries(store, webhook);
  open(store, { clock: fixedClock(1_000_000) });
  expect(await deliveries(store, webhook, hasStatus(307))).toMatchObject([{ outcome: "pending" }]);
  expect(elsewhere.received).toEqual([]);
});

test("private addresses are refused, by number and by name", async () => {
  const store = await newPlace().openStore();
  const receiver = await openReceiver();
  const warnings: string[] = [];
  const named = receiver.url.replace("127.0.0.1", "localhost");
  const webhooks = [await addWebhook(store, receiver.url), await addWebhook(store, named)];
  for (const webhook of webhooks) await addDeliveries(store, webhook);
  open(store, { post: createWebhookPost({ allowsPrivate: false }), log: ({ message }) => void warnings.push(message) });
  for (const webhook of webhooks) {
    expect(await deliveries(store, webhook, areSettled)).toMatchObject([{ outcome: "given-up", lastStatus: null }]);
  }
  expect(receiver.received).toEqual([]);
  expect(warnings).toHaveLength(2);
});

test("a slow target gets a few messages at a time, and holds up no other", async () => {
  const store = await newPlace().openStore();
  const held: ServerResponse[] = [];
  const slow = await openReceiver((response) => void held.push(response));
  const quick = await openReceiver();
  const [first, second] = [await addWebhook(store, slow.url), await addWebhook(store, quick.url)];
  await addDeliveries(store, first, 20);
  await addDeliveries(store, second, 20);
  open(store);
  await deliveries(store, second, areSettled);
  expect(slow.received.length).toBeLessThanOrEqual(LIMITS.webhookSendsPerTargetMax);
  const isDone = deliveries(store, first, areSettled);
  let mostHeld = 0;
  const release = setInterval(() => {
    mostHeld = Math.max(mostHeld, held.length);
    for (const response of held.splice(0)) response.end();
  }, 5);
  await isDone;
  clearInterval(release);
  expect(mostHeld).toBeLessThanOrEqual(LIMITS.webhookSendsPerTargetMax);
  expect(slow.received).toHaveLength(20);
});

test("what a process was sending when it went is sent by the next one, under the same id", async () => {
  const store = await newPlace().openStore();
  const clock = fixedClock(1_000_000);
  const receiver = await openReceiver((response, count) => void (count > 1 && response.end()));
  const webhook = await addWebhook(store, receiver.url);
  await addDeliveries(store, webhook);
  const first = open(store, { clock });
  await deliveries(store, webhook, () => receiver.received.length === 1);
  await first.close();
  expect(await store.listDeliveries(webhook.id, 1)).toMatchObject([{ attempt: 1, outcome: "pending" }]);
  clock.advance(60_000);
  open(store, { clock });
  expect(await deliveries(store, webhook, areSettled)).toMatchObject([{ attempt: 2, outcome: "delivered" }]);
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
});

test("steps that nobody noted are found, once, and not by a webhook that came later", async () => {
  const place = newPlace();
  const { runtime, store } = await place.open([refunder]);
  const receiver = await openReceiver();
  const webhook = await addWebhook(store, receiver.url);
  const session = await runtime.createSession({ agent: "refunder", ownerId: "ada" });
  const { run } = await runtime.startRun({ sessionId: session.id, message: "hello", by: "ada" });
  await until(runtime, run, ({ status }) => status === "ended");
  const later = await addWebhook(store, receiver.url, { createdAtMs: Date.now() + 60_000 });
  for (let round = 0; round < 2; round += 1) {
    const sender = open(store);
    const all = await deliveries(store, webhook, (found) => found.length > 0 && areSettled(found));
    expect(all.map(({ event }) => event).toSorted()).toEqual(["run.ended", "run.started"]);
    await sender.close();
  }
  expect(receiver.received).toHaveLength(2);
  expect(await store.listDeliveries(later.id, 10)).toEqual([]);
});

test("a message that is being sent is not sent beside it, however far the clock jumps", async () => {
  const store = await newPlace().openStore();
  const clock = fixedClock(1_000_000);
  const receiver = await openReceiver(() => undefined);
  const webhook = await addWebhook(store, receiver.url);
  await addDeliveries(store, webhook);
  let lookCount = 0;
  const counting: WebhookSenderOptions["store"] = {
    listWebhooks: () => store.listWebhooks(),
    listRuns: (page) => store.listRuns(page),
    addDeliveries: (all) => store.addDeliveries(all),
    updateDelivery: (id, change) => store.updateDelivery(id, change),
    pruneDeliveries: (id, page) => store.pruneDeliveries(id, page),
    listDueDeliveries: (nowMs, limit) => {
      lookCount += 1;
      return store.listDueDeliveries(nowMs, limit);
    },
  };
  open(store, { store: counting, clock });
  await deliveries(store, webhook, () => receiver.received.length === 1);
  clock.advance(3_600_000);
  const until = lookCount + 5;
  await deliveries(store, webhook, () => lookCount > until);
  expect(receiver.received).toHaveLength(1);
});

test("messages of a webhook that was removed are not sent", async () => {
  const store = await newPlace().openStore();
  const receiver = await openReceiver();
  const [webhook, other] = [await addWebhook(store, receiver.url), await addWebhook(store, receiver.url)];
  await addDeliveries(store, webhook);
  await addDeliveries(store, other);
  await store.removeWebhook(webhook.id as Id<"webhook">);
  open(store);
  await deliveries(store, other, areSettled);
  expect(receiver.received).toHaveLength(1);
});

test("messages noted for a webhook that was being removed are not kept", async () => {
  const store = await newPlace().openStore();
  const gone = { id: makeId<"webhook">() } as Webhook;
  await addDeliveries(store, gone, 3);
  open(store);
  expect(await deliveries(store, gone, (all) => all.length === 0)).toEqual([]);
});

test("a webhook made or removed by a route counts from the next step on", async () => {
  const { store, runtime, sender } = await openWithSender();
  const receiver = await openReceiver();
  const server = await serveHttp({ runtime, store, clock: systemClock, makeId, randomBytes, auth: null });
  closers.push(() => server.close());
  const session = await runtime.createSession({ agent: "refunder", ownerId: "ada" });
  const runOnce = async () => {
    const { run } = await runtime.startRun({ sessionId: session.id, message: "hello", by: "ada" });
    await until(runtime, run, ({ status }) => status === "ended");
    return run;
  };
  await runOnce();
  const response = await fetch(`${server.url}/v1/webhooks`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ url: receiver.url, events: ["run.ended"] }),
  });
  const { webhook } = (await response.json()) as { webhook: Webhook };
  const run = await runOnce();
  expect(await deliveries(store, webhook, areSettled)).toMatchObject([{ body: { data: { run: { id: run.id } } } }]);
  expect(receiver.received).toHaveLength(1);
  expect((await fetch(`${server.url}/v1/webhooks/${webhook.id}`, { method: "DELETE" })).status).toBe(204);
  // Closed, it would not take away again what is noted in vain.
  await sender.close();
  await runOnce();
  expect(await store.listDeliveries(webhook.id, 10)).toEqual([]);
});

const DAY_MS = 24 * 60 * 60 * 1_000;

test("messages that were over a week ago are removed; one that waits is still sent", async () => {
  const store = await newPlace().openStore();
  const receiver = await openReceiver();
  const webhook = await addWebhook(store, receiver.url);
  await addDeliveries(store, webhook, 2);
  const [waiting, over] = await store.listDeliveries(webhook.id, 2);
  if (!waiting || !over) throw new Error("there were two");
  await store.updateDelivery(over.id, { attempt: 1, nextAtMs: null, outcome: "delivered", lastStatus: 200 });
  await open(store, { clock: fixedClock(7 * DAY_MS) }).close();
  expect(await store.listDeliveries(webhook.id, 10)).toHaveLength(2);
  open(store, { clock: fixedClock(8 * DAY_MS) });
  expect(await deliveries(store, webhook, areSettled)).toMatchObject([{ id: waiting.id, outcome: "delivered" }]);
});

test.each([
  { message: "hello", status: "ended", days: 5, events: ["run.ended", "run.started"] },
  { message: "hello", status: "ended", days: 8, events: [] },
  { message: "refund me", status: "paused", days: 5, events: ["run.paused", "run.started"] },
  { message: "refund me", status: "paused", days: 8, events: [] },
])("steps that nobody noted of a run $status $days days ago: $events", async ({ message, status, days, events }) => {
  const { runtime, store } = await newPlace().open([refunder]);
  const receiver = await openReceiver();
  const webhook = await addWebhook(store, receiver.url);
  const session = await runtime.createSession({ agent: "refunder", ownerId: "ada" });
  const { run } = await runtime.startRun({ sessionId: session.id, message, by: "ada" });
  await until(runtime, run, (record) => record.status === status);
  await open(store, { clock: fixedClock(Date.now() + days * DAY_MS) }).close();
  const noted = await store.listDeliveries(webhook.id, 10);
  expect(noted.map(({ event }) => event).toSorted()).toEqual(events);
});
