import { afterEach, expect, test } from "vitest";
import { startShop, type Shop, type ShopOptions } from "./start-shop.ts";

const open: Shop[] = [];

afterEach(async () => {
  for (const shop of open.splice(0)) await shop.close();
});

async function shopWith(options: ShopOptions = {}): Promise<Shop> {
  const shop = await startShop({ clock: { nowMs: () => Date.parse("2026-11-02T10:00:00Z") }, ...options });
  open.push(shop);
  return shop;
}

async function ask(shop: Shop, path: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(shop.url + path);
  return { status: response.status, body: await response.json() };
}

async function post(shop: Shop, path: string, body: unknown, key?: string) {
  const response = await fetch(shop.url + path, {
    method: "POST",
    headers: key === undefined ? {} : { "idempotency-key": key },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test.each([
  { path: "/orders/W1234", status: 200, body: { customerId: "C-2001", totalCents: 8990, refunds: [] } },
  { path: "/billing/W1234", status: 200, body: { paidCents: 8990, refundedCents: 0, isComplete: true } },
  { path: "/policies/refund/latest", status: 200, body: { version: "2026-10", windowDays: 30 } },
  { path: "/policies/refund/2025-06", status: 200, body: { version: "2025-06", windowDays: 60 } },
  { path: "/customers/C-2003", status: 200, body: { name: "Priya Raman", cardFingerprint: expect.any(String) } },
  { path: "/orders/W0", status: 404, body: { error: { message: "there is no order W0" } } },
  { path: "/policies/refund/1999", status: 404, body: { error: { message: "there is no refund policy 1999" } } },
  { path: "/nowhere", status: 404, body: { error: { message: "there is no GET /nowhere" } } },
])("answers GET $path with $status", async ({ path, status, body }) => {
  expect(await ask(await shopWith(), path)).toEqual({ status, body: expect.objectContaining(body) });
});

test("finds a customer's orders by what was bought, and documents by their words whatever their age", async () => {
  const shop = await shopWith();
  const orders = await ask(shop, "/orders?customer=C-2008&text=my%20keyboard");
  expect(orders.body).toEqual([expect.objectContaining({ id: "W1292" })]);
  const documents = await ask(shop, "/documents?query=how%20long%20is%20the%20refund%20window");
  expect((documents.body as { id: string }[])[0]?.id).toBe("returns-faq");
  const labels = await ask(shop, "/documents?query=who%20pays%20for%20the%20return%20label");
  const ids = (labels.body as { id: string }[]).map(({ id }) => id);
  expect(ids[0]).toBe("return-label-fees");
  expect(ids).toContain("return-labels");
});

test("refunds once: the same key gives the same answer, a second refund is refused", async () => {
  const shop = await shopWith();
  const refund = { orderId: "W1270", amountCents: 3290 };
  const first = await post(shop, "/refunds", refund, "key-1");
  expect(first).toEqual({ status: 200, body: expect.objectContaining({ amountCents: 3290, refundedCents: 3290 }) });
  expect(await post(shop, "/refunds", refund, "key-1")).toEqual(first);
  expect((await post(shop, "/refunds", { ...refund, amountCents: 1 }, "key-1")).status).toBe(422);
  expect(await post(shop, "/refunds", refund, "key-2")).toEqual({
    status: 409,
    body: { error: { message: "W1270 is already refunded in full" } },
  });
  expect(shop.state().orders["W1270"]).toMatchObject({ status: "refunded", refunds: [{ amountCents: 3290 }] });
});

test.each([
  { why: "more than was paid", path: "/refunds", body: { orderId: "W1270", amountCents: 9999 }, status: 409 },
  { why: "an unknown order", path: "/refunds", body: { orderId: "W0", amountCents: 1 }, status: 404 },
  { why: "a negative amount", path: "/refunds", body: { orderId: "W1270", amountCents: -5 }, status: 422 },
  { why: "a ticket without words", path: "/tickets", body: { summary: "" }, status: 422 },
  { why: "a message to nobody", path: "/messages", body: { customerId: "C-0", text: "hello" }, status: 404 },
  { why: "broken JSON", path: "/refunds", body: "{", status: 400 },
  { why: "an endless body", path: "/tickets", body: { summary: "x".repeat(200_000) }, status: 413 },
])("refuses $why with $status and changes nothing", async ({ path, body, status }) => {
  const shop = await shopWith();
  const before = shop.state();
  expect((await post(shop, path, body)).status).toBe(status);
  expect(shop.state()).toEqual(before);
});

test("a request for a refund moves no money; part of an order can be refunded", async () => {
  const shop = await shopWith();
  await post(shop, "/refund-requests", { orderId: "W1300", amountCents: 4490, reason: "too small" });
  expect(shop.state().orders["W1300"]?.refunds).toEqual([]);
  expect(Object.values(shop.state().refundRequests)).toEqual([
    expect.objectContaining({ status: "draft", amountCents: 4490 }),
  ]);
  await post(shop, "/refunds", { orderId: "W1300", amountCents: 4490 });
  expect(shop.state().orders["W1300"]).toMatchObject({ status: "delivered", refunds: [{ amountCents: 4490 }] });
});

test("a case's trouble meets the calls in order, then all is well", async () => {
  const shop = await shopWith({
    state: {
      behaviour: {
        billing_lookup: [
          { status: 503 },
          { partial: true, times: 2 },
          { ok: true },
          { status: 429, retryAfterSeconds: 2 },
        ],
      },
    },
  });
  const seen = [];
  for (let call = 0; call < 6; call += 1) seen.push(await ask(shop, "/billing/W1234"));
  const whole = { paidCents: 8990, isComplete: true };
  const part = { paidCents: 5990, isComplete: false };
  expect(seen.map(({ status }) => status)).toEqual([503, 200, 200, 200, 429, 200]);
  expect(seen.map(({ body }) => body)).toMatchObject([{}, part, part, whole, {}, whole]);
  expect((await ask(shop, "/orders/W1234")).status).toBe(200);
});

test("a lost answer is one whose effect took place", async () => {
  const shop = await shopWith({ state: { behaviour: { refund_issue: [{ lost: true }] } } });
  const refund = { orderId: "W1270", amountCents: 3290 };
  await expect(post(shop, "/refunds", refund, "key-1")).rejects.toThrow("fetch failed");
  expect(shop.state().orders["W1270"]?.refunds).toHaveLength(1);
  expect((await post(shop, "/refunds", refund, "key-1")).status).toBe(200);
  expect(shop.state().orders["W1270"]?.refunds).toHaveLength(1);
});

test("a case's records lie over the fixtures, and shops do not share anything", async () => {
  const [changed, plain] = [await shopWith({ state: { orders: { W1234: { status: "shipped" } } } }), await shopWith()];
  expect(changed.state().orders["W1234"]).toMatchObject({ status: "shipped", totalCents: 8990 });
  await post(changed, "/refunds", { orderId: "W1270", amountCents: 3290 });
  expect(plain.state().orders["W1234"]?.status).toBe("delivered");
  expect(plain.state().orders["W1270"]?.refunds).toEqual([]);
});

test("ids of new records depend on the seed alone", async () => {
  const idOf = async (seed: number) =>
    (await post(await shopWith({ seed }), "/tickets", { summary: "help" })).body["id"];
  expect(await idOf(7)).toBe(await idOf(7));
  expect(await idOf(7)).not.toBe(await idOf(8));
});
