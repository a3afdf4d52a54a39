import { findPolicy, lookUpBilling, searchDocuments, searchOrders } from "./look-ups.ts";
import { idempotently, issueRefund, orderOf, requestRefund, type ShopDesk } from "./refunds.ts";
import { ShopError } from "./shop-error.ts";
import { openTicket, sendMessage } from "./tickets.ts";

export interface ShopRequest {
  /** What the path's pattern caught. */
  readonly id: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly idempotencyKey: string | undefined;
  readonly isPartial: boolean;
}

export interface Route {
  readonly method: "GET" | "POST";
  readonly path: RegExp;
  /** The name a case's `behaviour` uses; the agents' tools carry the same names. */
  readonly operation: string;
  readonly answer: (request: ShopRequest) => unknown;
}

/** Every address of the shop. */
export function shopRoutes(desk: ShopDesk): readonly Route[] {
  const { state } = desk;
  const once = idempotently();
  return [
    {
      method: "GET",
      path: /^\/orders$/,
      operation: "orders_search",
      answer: ({ query }) =>
        searchOrders(state, { customerId: query.get("customer") ?? "", text: query.get("text") ?? "" }),
    },
    { method: "GET", path: /^\/orders\/([^/]+)$/, operation: "orders_get", answer: ({ id }) => orderOf(state, id) },
    {
      method: "GET",
      path: /^\/customers\/([^/]+)$/,
      operation: "customer_get",
      answer: ({ id }) => customerOf(desk, id),
    },
    {
      method: "GET",
      path: /^\/billing\/([^/]+)$/,
      operation: "billing_lookup",
      answer: ({ id, isPartial }) => lookUpBilling(state, id, isPartial),
    },
    {
      method: "GET",
      path: /^\/policies\/refund\/([^/]+)$/,
      operation: "policy_get",
      answer: ({ id }) => findPolicy(state, id === "latest" ? undefined : id),
    },
    {
      method: "GET",
      path: /^\/documents$/,
      operation: "docs_search",
      answer: ({ query }) => searchDocuments(state, query.get("query") ?? ""),
    },
    {
      method: "POST",
      path: /^\/refund-requests$/,
      operation: "refund_request",
      answer: ({ body, idempotencyKey }) => once(idempotencyKey, body, () => requestRefund(desk, body)),
    },
    {
      method: "POST",
      path: /^\/refunds$/,
      operation: "refund_issue",
      answer: ({ body, idempotencyKey }) => once(idempotencyKey, body, () => issueRefund(desk, body)),
    },
    { method: "POST", path: /^\/tickets$/, operation: "ticket_escalate", answer: ({ body }) => openTicket(desk, body) },
    { method: "POST", path: /^\/messages$/, operation: "message_send", answer: ({ body }) => sendMessage(desk, body) },
  ];
}

function customerOf({ state }: ShopDesk, id: string) {
  const customer = state.customers[id];
  if (!customer) throw new ShopError(404, `there is no customer ${id}`);
  return customer;
}
