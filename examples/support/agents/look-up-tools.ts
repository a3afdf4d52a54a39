import { defineTool } from "aegis";
import { z } from "zod";
import type { BillingRecord } from "../shop/look-ups.ts";
import type { Customer, Order, RefundPolicy, ShopDocument } from "../shop/shop-state.ts";
import { shopClient } from "./shop-client.ts";

/** Tools that only read. Names hold underscores: model providers refuse dots. */
export function lookUpTools(shopUrl: string) {
  const shop = shopClient(shopUrl);
  return {
    orders_get: defineTool({
      name: "orders_get",
      description: "One order with its items, dates and refunds.",
      input: z.object({ orderId: z.string() }),
      execute: ({ orderId }, { signal }) => shop<Order>({ path: `/orders/${encodeURIComponent(orderId)}`, signal }),
    }),
    orders_search: defineTool({
      name: "orders_search",
      description: "A customer's orders, newest first; with text, only those that hold such an item.",
      input: z.object({ customerId: z.string(), text: z.string().optional() }),
      execute: ({ customerId, text = "" }, { signal }) =>
        shop<Order[]>({ path: `/orders?${new URLSearchParams({ customer: customerId, text }).toString()}`, signal }),
    }),
    customer_get: defineTool({
      name: "customer_get",
      description: "A customer's record. Holds a note for staff only and a card fingerprint for nobody.",
      input: z.object({ customerId: z.string() }),
      labels: () => ["internal"],
      execute: ({ customerId }, { signal }) =>
        shop<Customer>({ path: `/customers/${encodeURIComponent(customerId)}`, signal }),
    }),
    billing_lookup: defineTool({
      name: "billing_lookup",
      description: "What was charged and refunded for an order. When isComplete is false the sums are too low.",
      input: z.object({ orderId: z.string() }),
      execute: ({ orderId }, { signal }) =>
        shop<BillingRecord>({ path: `/billing/${encodeURIComponent(orderId)}`, signal }),
    }),
    policy_get: defineTool({
      name: "policy_get",
      description: "The refund policy: the latest, or a version.",
      input: z.object({ version: z.string().optional() }),
      sources: ({ id, version, updatedAt }: RefundPolicy) => [{ id, version, updatedAtMs: Date.parse(updatedAt) }],
      execute: ({ version = "latest" }, { signal }) =>
        shop<RefundPolicy>({ path: `/policies/refund/${encodeURIComponent(version)}`, signal }),
    }),
    docs_search: defineTool({
      name: "docs_search",
      description: "Articles of the knowledge base, best match first. Some are old: see updatedAt.",
      input: z.object({ query: z.string() }),
      sources: (documents: ShopDocument[]) =>
        documents.map(({ id, updatedAt }) => ({ id, updatedAtMs: Date.parse(updatedAt) })),
      execute: ({ query }, { signal }) =>
        shop<ShopDocument[]>({ path: `/documents?${new URLSearchParams({ query }).toString()}`, signal }),
    }),
  };
}
