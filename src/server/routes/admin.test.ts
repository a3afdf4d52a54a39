import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiKey } from "../../domain/index.ts";
import { idMaker, LIMITS, systemClock } from "../../kernel/index.ts";
import { openProtocolServer } from "../../testing/open-protocol-server.ts";

const makeId = idMaker(systemClock, Math.random);
let server: Awaited<ReturnType<typeof openProtocolServer>>;
beforeAll(async () => {
  server = await openProtocolServer();
});
afterAll(() => server.close());

function post(path: string, body: object): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return fetch(`${server.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
}

test.each([
  { livesMs: 60_000, graceMs: 3_600_000, laterMs: 60_000 },
  { livesMs: 3_600_000, graceMs: 60_000, laterMs: 60_000 },
])("a key of $livesMs ms that is rotated with $graceMs ms lives for $laterMs ms", async (row) => {
  const nowMs = Date.now();
  const name = `ci-${row.livesMs}`;
  const made = await post("/v1/keys", { name, role: "user", expiresAtMs: nowMs + row.livesMs });
  const { key } = (await made.json()) as { key: ApiKey };
  const rotated = await post(`/v1/keys/${key.id}/rotate`, { graceMs: row.graceMs });
  expect([rotated.status, ((await rotated.json()) as { key: ApiKey }).key.expiresAtMs]).toEqual([201, key.expiresAtMs]);
  const old = (await server.store.listApiKeys(10)).find(({ id }) => id === key.id);
  const endsInMs = (old?.expiresAtMs ?? 0) - nowMs;
  expect(endsInMs).toBeGreaterThanOrEqual(row.laterMs);
  expect(endsInMs).toBeLessThan(row.laterMs + 30_000);
});

test("there are as many webhooks as the limit says, and no more", async () => {
  const events = ["run.ended"] as const;
  const webhook = { url: "http://localhost/", secret: "whsec_", events, ownerId: null, createdAtMs: 0 };
  const before = Array.from({ length: LIMITS.webhooksMax - 1 }, () => ({ ...webhook, id: makeId<"webhook">() }));
  await Promise.all(before.map((each) => server.store.createWebhook(each)));
  expect((await post("/v1/webhooks", { url: webhook.url })).status).toBe(201);
  const refused = await post("/v1/webhooks", { url: webhook.url });
  expect(refused.status).toBe(429);
  expect(await refused.json()).toMatchObject({ code: "runtime.overloaded" });
});
