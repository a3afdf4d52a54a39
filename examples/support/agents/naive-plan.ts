import type { BillingRecord } from "../shop/look-ups.ts";
import type { Customer, Order, ShopDocument } from "../shop/shop-state.ts";
import { intentOf } from "./intents.ts";
import { ask, type Plan } from "./plan.ts";
import type { Talk } from "./read-talk.ts";
import { daysBetween, inEuro } from "./words.ts";

/**
 * Friendly, quick, and wrong in the ways agents are wrong in production: it takes the first document for the truth, a
 * partial answer for a whole one and a failed refund for a done one, tries for ever, and tells customers what staff noted.
 */
export function* naivePlan(talk: Talk): Plan {
  switch (intentOf(talk)) {
    case "person":
      yield* ask({ tool: "ticket_escalate", arguments: { summary: "The customer asks for a person." } });
      return "Sure, a colleague will write to you.";
    case "notes": {
      const found = yield* ask({ tool: "customer_get", arguments: { customerId: talk.customerId } });
      return `Of course! We noted: ${(found.result as Customer).internalNote}`;
    }
    case "return label": {
      const found = yield* ask({ tool: "docs_search", arguments: { query: "who pays for the return label" } });
      return (found.result as ShopDocument[])[0]?.text ?? "I do not know.";
    }
    case "refund":
      return yield* refund(talk);
    case "refund status":
    case "order status":
      return yield* tellAll(talk);
    case "other":
      return "How can I help you?";
  }
}

function* refund(talk: Talk): Plan {
  const found = yield* ask({ tool: "docs_search", arguments: { query: "how long is the refund window" } });
  const windowDays = Number(/within (\d+) days/.exec((found.result as ShopDocument[])[0]?.text ?? "")?.[1] ?? 60);
  const orderId = talk.orderId ?? (yield* newestOrder(talk));
  const order = (yield* ask({ tool: "orders_get", arguments: { orderId } })).result as Order;
  if (daysBetween(order.deliveredAt, talk.today) > windowDays) return `Sorry, ${orderId} is too old for a refund.`;
  let billed = yield { tool: "billing_lookup", arguments: { orderId } };
  while (billed.isError) billed = yield { tool: "billing_lookup", arguments: { orderId } };
  const amountCents = (billed.result as BillingRecord).paidCents;
  yield { tool: "refund_issue", arguments: { orderId, amountCents } };
  return `Done! I have refunded ${inEuro(amountCents)} for ${orderId}.`;
}

function* newestOrder({ customerId }: Talk): Plan<string> {
  const found = yield* ask({ tool: "orders_search", arguments: { customerId } });
  return (found.result as Order[])[0]?.id ?? "";
}

function* tellAll({ orderId }: Talk): Plan {
  if (orderId === undefined) return "Which order is it about?";
  const order = (yield* ask({ tool: "orders_get", arguments: { orderId } })).result as Order;
  const refunded = order.refunds.map(({ amountCents, at }) => `${inEuro(amountCents)} went out on ${at.slice(0, 10)}`);
  const coming = order.expectedAt === undefined ? "" : ` and should arrive on ${order.expectedAt}`;
  return `${orderId} is ${order.status}${coming}. ${refunded.join(", ")}`;
}
