import { expect, test } from "vitest";
import type { Store } from "../../store/index.ts";
import { makeId } from "../sample-records.ts";
import { HOSTILE_TEXTS, sampleDelivery, sampleKey, sampleWebhook, SIMILAR_IDS } from "../sample-runtime-records.ts";
import type { OpenStore } from "../store-conformance.ts";
import { BAD_TEXTS, newPlace, withCode } from "./place.ts";

export function describeAccess(openAt: OpenStore): void {
  describeKeys(openAt);
  describeKeyNames(openAt);
  describeWebhooks(openAt);
  describeDeliveries(openAt);
}

function describeKeys(openAt: OpenStore): void {
  test("keys are found by their hash, valid or not, and listed newest first", async () => {
    const store = await openAt(newPlace());
    const keys = [
      sampleKey({ name: "old", createdAtMs: 1, expiresAtMs: 2, scopes: null }),
      sampleKey({ name: "new", createdAtMs: 9.5, role: "admin", scopes: [] }),
      sampleKey({ name: "middle", createdAtMs: 5, role: "user" }),
    ] as const;
    for (const key of keys) await store.createApiKey(key);
    for (const key of keys) expect(await store.findApiKey(key.hash)).toEqual(key);
    expect(await store.findApiKey(keys[0].hash.toLowerCase())).toBeUndefined();
    expect(await store.listApiKeys(10)).toEqual([keys[1], keys[2], keys[0]]);
    expect(await store.listApiKeys(1)).toEqual([keys[1]]);
  });

  test("a key ends when told, is not brought back to life, and an unknown one cannot end", async () => {
    const store = await openAt(newPlace());
    const [key, other] = [sampleKey(), sampleKey({ name: "other" })];
    for (const each of [key, other]) await store.createApiKey(each);
    expect(await store.expireApiKey(key.id, 5_000.5)).toBe(true);
    expect((await store.findApiKey(key.hash))?.expiresAtMs).toBe(5_000.5);
    expect(await store.expireApiKey(key.id, 4_000)).toBe(true);
    expect(await store.expireApiKey(key.id, 9_000)).toBe(true);
    expect((await store.findApiKey(key.hash))?.expiresAtMs).toBe(4_000);
    expect(await store.findApiKey(other.hash)).toEqual(other);
    expect(await store.expireApiKey(makeId(), 1)).toBe(false);
  });

  test.each(HOSTILE_TEXTS)("a key with %j in every text comes back as it was", async (text) => {
    const store = await openAt(newPlace());
    const key = sampleKey({ name: text, hash: text, userId: text });
    await store.createApiKey(key);
    expect(await store.findApiKey(text)).toEqual(key);
  });

  test.each(BAD_TEXTS)("names that a database would change are refused: %j", async (text) => {
    const store = await openAt(newPlace());
    await expect(store.createApiKey(sampleKey({ name: text }))).rejects.toEqual(withCode("store.bad_text"));
    await expect(store.createWebhook(sampleWebhook({ url: text }))).rejects.toEqual(withCode("store.bad_text"));
    expect([await store.listApiKeys(1), await store.listWebhooks()]).toEqual([[], []]);
  });
}

function describeKeyNames(openAt: OpenStore): void {
  test.each([
    { first: { expiresAtMs: null }, createdAtMs: 1_000_000, isTaken: true },
    { first: { expiresAtMs: 2_000 }, createdAtMs: 1_999.5, isTaken: true },
    { first: { expiresAtMs: 2_000 }, createdAtMs: 2_000, isTaken: false },
    { first: { expiresAtMs: 2_000 }, createdAtMs: 3_000, isTaken: false },
  ])("with a key $first, its name is taken at $createdAtMs: $isTaken", async ({ first, createdAtMs, isTaken }) => {
    const store = await openAt(newPlace());
    await store.createApiKey(sampleKey(first));
    const [outcome] = await Promise.allSettled([store.createApiKey(sampleKey({ createdAtMs }))]);
    expect(outcome).toMatchObject(isTaken ? { reason: { code: "key.exists" } } : { status: "fulfilled" });
    expect((await store.listApiKeys(10)).length).toBe(isTaken ? 1 : 2);
  });

  test("names that look alike are different; of two stores that take one at once, one gets it", async () => {
    const place = newPlace();
    const stores = [await openAt(place), await openAt(place)];
    for (const name of SIMILAR_IDS) {
      const outcomes = await Promise.allSettled(stores.map((store) => store.createApiKey(sampleKey({ name }))));
      const losers = outcomes.filter((outcome) => outcome.status === "rejected");
      expect(losers.map(({ reason }) => reason)).toEqual([withCode("key.exists")]);
    }
    expect((await (stores[0] as Store).listApiKeys(100)).length).toBe(SIMILAR_IDS.length);
  });
}

function describeWebhooks(openAt: OpenStore): void {
  test("webhooks are listed newest first, of one owner when named, until removed with their deliveries", async () => {
    const store = await openAt(newPlace());
    const hooks = [
      sampleWebhook({ createdAtMs: 1 }),
      sampleWebhook({ createdAtMs: 3.5, ownerId: "a", events: [] }),
      sampleWebhook({ createdAtMs: 2, ownerId: "A" }),
    ] as const;
    for (const hook of hooks) await store.createWebhook(hook);
    expect(await store.listWebhooks()).toEqual([hooks[1], hooks[2], hooks[0]]);
    expect(await store.listWebhooks("a")).toEqual([hooks[1]]);
    await store.addDeliveries(hooks.map(({ id }) => sampleDelivery(id)));
    expect(await store.removeWebhook(hooks[1].id)).toBe(true);
    expect(await store.removeWebhook(hooks[1].id)).toBe(false);
    expect(await store.listWebhooks()).toEqual([hooks[2], hooks[0]]);
    expect(await store.listDeliveries(hooks[1].id, 10)).toEqual([]);
    expect((await store.listDeliveries(hooks[2].id, 10)).length).toBe(1);
    expect((await store.listDueDeliveries(1_000, 10)).length).toBe(2);
  });

  test.each(HOSTILE_TEXTS)("a webhook and a delivery with %j in every text come back as they were", async (text) => {
    const store = await openAt(newPlace());
    const hook = sampleWebhook({ id: text as never, url: text, secret: text, ownerId: text });
    const delivery = sampleDelivery(hook.id, { id: text as never, body: { [text]: text } });
    await store.createWebhook(hook);
    await store.addDeliveries([delivery]);
    expect(await store.listWebhooks(text)).toEqual([hook]);
    expect(await store.listDeliveries(hook.id, 1)).toEqual([delivery]);
  });
}

function describeDeliveries(openAt: OpenStore): void {
  const hookId = makeId<"webhook">();

  test("due are pending deliveries whose time has come, oldest first", async () => {
    const store = await openAt(newPlace());
    const older = sampleDelivery(hookId, { createdAtMs: 10, nextAtMs: 900.5 });
    const newer = sampleDelivery(hookId, { createdAtMs: 20, nextAtMs: 100 });
    await store.addDeliveries([
      newer,
      older,
      sampleDelivery(hookId, { nextAtMs: 1_001 }),
      sampleDelivery(hookId, { nextAtMs: null, outcome: "delivered", lastStatus: 200 }),
      sampleDelivery(hookId, { nextAtMs: 1, outcome: "given-up" }),
    ]);
    await store.addDeliveries([]);
    expect(await store.listDueDeliveries(1_000, 10)).toEqual([older, newer]);
    expect(await store.listDueDeliveries(1_000, 1)).toEqual([older]);
    expect(await store.listDueDeliveries(900, 10)).toEqual([newer]);
  });

  test("a delivery that is there already is left as it is; an update changes how it stands", async () => {
    const store = await openAt(newPlace());
    const [first, second] = [sampleDelivery(hookId, { createdAtMs: 1 }), sampleDelivery(hookId, { createdAtMs: 2 })];
    await store.addDeliveries([first]);
    await store.addDeliveries([{ ...first, body: "other", attempt: 9 }, second]);
    expect(await store.listDeliveries(hookId, 10)).toEqual([second, first]);
    const change = { attempt: 3, nextAtMs: null, outcome: "given-up", lastStatus: 500 } as const;
    await store.updateDelivery(first.id, change);
    expect(await store.listDeliveries(hookId, 10)).toEqual([second, { ...first, ...change }]);
    expect(await store.listDeliveries(hookId, 1)).toEqual([second]);
    expect((await store.listDueDeliveries(1_000, 10)).map(({ id }) => id)).toEqual([second.id]);
  });

  test("of one webhook, what is over and old enough is removed, oldest first; what waits stays", async () => {
    const store = await openAt(newPlace());
    const over = { outcome: "delivered", nextAtMs: null } as const;
    const all = [
      sampleDelivery(hookId, { ...over, createdAtMs: 1 }),
      sampleDelivery(hookId, { ...over, createdAtMs: 2, outcome: "given-up" }),
      sampleDelivery(hookId, { createdAtMs: 3 }),
      sampleDelivery(hookId, { ...over, createdAtMs: 4.5 }),
      sampleDelivery(hookId, { ...over, createdAtMs: 5 }),
    ];
    const other = sampleDelivery(makeId(), { ...over, createdAtMs: 1 });
    await store.addDeliveries([...all, other]);
    const stay = async () => (await store.listDeliveries(hookId, 10)).map(({ createdAtMs }) => createdAtMs);
    expect(await store.pruneDeliveries(hookId, { beforeMs: 5, limit: 1 })).toBe(1);
    expect(await stay()).toEqual([5, 4.5, 3, 2]);
    expect(await store.pruneDeliveries(hookId, { beforeMs: 5, limit: 10 })).toBe(2);
    expect(await store.pruneDeliveries(hookId, { beforeMs: 5, limit: 10 })).toBe(0);
    expect(await stay()).toEqual([5, 3]);
    expect(await store.listDeliveries(other.webhookId, 10)).toEqual([other]);
  });
}
