import type { ApiKey, Webhook } from "../../domain/index.ts";
import { AegisError, type Id, isId, LIMITS } from "../../kernel/index.ts";
import { issueApiKey } from "../issue-api-key.ts";
import { prometheusText } from "../prometheus-text.ts";
import type { MountGroup, ServerDeps } from "../route-context.ts";
import { forgetWebhooks } from "../webhooks/known-webhooks.ts";

export const mountAdminRoutes: MountGroup = (mount, deps) => {
  const { runtime, store, clock } = deps;
  mount("agents.route", async (c, { params, body }) => {
    await runtime.route(params.agent, body.weights);
    const agents = await runtime.agents();
    return c.json(agents.find(({ name }) => name === params.agent) ?? { name: params.agent, versions: [], routes: [] });
  });
  mount("keys.create", async (c, { body }) => {
    const { name, role, scopes = null, userId = name, expiresAtMs = null } = body;
    const { key, secret } = await issueApiKey({ name, role, scopes, userId, expiresAtMs }, deps);
    return c.json({ key: shownKey(key), secret }, 201);
  });
  mount("keys.list", async (c, { query }) => c.json({ items: (await store.listApiKeys(query.limit)).map(shownKey) }));
  mount("keys.rotate", async (c, { params, body }) => {
    const old = (await store.listApiKeys(LIMITS.pageRowsMax)).find(({ id }) => id === params.id);
    if (!old) throw noKey();
    const nowMs = clock.nowMs();
    if (old.expiresAtMs !== null && old.expiresAtMs <= nowMs) {
      throw new AegisError("auth.expired", "An ended key is not rotated: make a new one");
    }
    const { role, scopes, userId, expiresAtMs } = old;
    const { key, secret } = await issueApiKey({ name: nextName(old.name), role, scopes, userId, expiresAtMs }, deps);
    // It gets no longer life by this: a key's end is only ever moved forward.
    await store.expireApiKey(old.id, nowMs + body.graceMs);
    return c.json({ key: shownKey(key), secret }, 201);
  });
  mount("keys.revoke", async (c, { params: { id } }) => {
    if (!isId(id) || !(await store.expireApiKey(id as Id<"api-key">, clock.nowMs()))) throw noKey();
    return c.body(null, 204);
  });
  mount("webhooks.create", async (c, { body }) => {
    const webhook = await createWebhook(body, deps);
    return c.json({ webhook: shownWebhook(webhook), secret: webhook.secret }, 201);
  });
  mount("webhooks.list", async (c) => c.json({ items: (await store.listWebhooks()).map(shownWebhook) }));
  mount("webhooks.remove", async (c, { params: { id } }) => {
    if (!isId(id) || !(await store.removeWebhook(id as Id<"webhook">))) throw noWebhook();
    forgetWebhooks(store);
    return c.body(null, 204);
  });
  mount("webhooks.deliveries", async (c, { params, query }) => {
    const webhook = (await store.listWebhooks()).find(({ id }) => id === params.id);
    if (!webhook) throw noWebhook();
    return c.json({ items: await store.listDeliveries(webhook.id, query.limit) });
  });
  mount("metrics.read", async (c) => {
    c.header("content-type", "text/plain; version=0.0.4; charset=utf-8");
    return c.body(await metricsText(deps));
  });
};

function shownKey({ id, name, role, scopes, userId, createdAtMs, expiresAtMs }: ApiKey): Omit<ApiKey, "hash"> {
  return { id, name, role, scopes, userId, createdAtMs, expiresAtMs };
}

function shownWebhook({ id, url, events, ownerId, createdAtMs }: Webhook): Omit<Webhook, "secret"> {
  return { id, url, events, ownerId, createdAtMs };
}

/** For a time two generations of a key are valid: `ci` and `ci#2`. */
function nextName(name: string): string {
  const [, base = name, generation = "1"] = /^(.*)#(\d+)$/.exec(name) ?? [];
  return `${base}#${Number(generation) + 1}`;
}

async function createWebhook(
  { url, events, ownerId = null }: Pick<Webhook, "url" | "events"> & { readonly ownerId?: string | undefined | null },
  { store, makeId, clock, randomBytes }: ServerDeps,
): Promise<Webhook> {
  if ((await store.listWebhooks()).length >= LIMITS.webhooksMax) {
    throw new AegisError("runtime.overloaded", `There are ${LIMITS.webhooksMax} webhooks already`, {
      details: { webhooksMax: LIMITS.webhooksMax },
      fix: "Remove webhooks that are no longer needed.",
    });
  }
  const secret = `whsec_${Buffer.from(randomBytes(32)).toString("base64")}`;
  const createdAtMs = clock.nowMs();
  const webhook: Webhook = { id: makeId<"webhook">(), url, secret, events: [...new Set(events)], ownerId, createdAtMs };
  await store.createWebhook(webhook);
  forgetWebhooks(store);
  return webhook;
}

async function metricsText({ store, runtime, metrics, streams }: ServerDeps): Promise<string> {
  const runs = await store.countRuns();
  const { rss, heapUsed } = process.memoryUsage();
  return prometheusText([
    {
      name: "aegis_runs",
      help: "Runs in the store, by status.",
      type: "gauge",
      samples: Object.entries(runs).map(([status, value]) => ({ labels: { status }, value })),
    },
    gauge("aegis_active_runs", "Runs this process is at work on.", runtime.activeCount),
    gauge("aegis_open_streams", "Streams that are open.", streams.openCount),
    gauge("aegis_waiting_polls", "Long-polls that wait for an event.", streams.waitingCount),
    ...metrics.families(),
    gauge("process_resident_memory_bytes", "Memory of the process.", rss),
    gauge("nodejs_heap_size_used_bytes", "Memory that JavaScript uses.", heapUsed),
  ]);
}

function gauge(name: string, help: string, value: number) {
  return { name, help, type: "gauge", samples: [{ value }] } as const;
}

function noKey(): AegisError {
  return new AegisError("key.not_found", "There is no such key");
}

function noWebhook(): AegisError {
  return new AegisError("webhook.not_found", "There is no such webhook");
}
