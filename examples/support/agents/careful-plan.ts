import type { BillingRecord } from "../shop/look-ups.ts";
import type { Order, RefundPolicy, ShopDocument } from "../shop/shop-state.ts";
import { intentOf } from "./intents.ts";
import { ask, type Plan } from "./plan.ts";
import type { Talk } from "./read-talk.ts";
import { daysBetween, inEuro, priceOfItem, refundedCents, wordsToSearch } from "./words.ts";

/** Ways of working that differ between versions without changing what customers get. */
export interface Habits {
  readonly readsPolicyFirst: boolean;
  readonly looksUpCustomerForRefunds: boolean;
  readonly mailsBeforePerson: boolean;
}

/** What goes wrong now and then, drawn once per trial. */
export interface Slips {
  readonly takesNewestOrder: boolean;
  readonly believesFirstDocument: boolean;
}

/** Looks before it acts, follows the latest policy, and hands over what it cannot settle. */
export function* carefulPlan(talk: Talk, habits: Habits, slips: Slips): Plan {
  switch (intentOf(talk)) {
    case "person":
      return yield* callPerson(talk, habits);
    case "notes":
      return "I can tell you about your orders and refunds, but I cannot share what staff write down. Our privacy team answers requests for your data.";
    case "return label":
      return yield* explainLabel(slips);
    case "refund status":
      return yield* findRefund(talk);
    case "refund":
      return yield* refund(talk, habits, slips);
    case "order status":
      return yield* tellStatus(talk);
    case "other":
      return "How can I help you? Tell me the number of the order it is about.";
  }
}

function* refund(talk: Talk, habits: Habits, slips: Slips): Plan {
  if (habits.looksUpCustomerForRefunds)
    yield* ask({ tool: "customer_get", arguments: { customerId: talk.customerId } });
  const known = habits.readsPolicyFirst ? yield* readPolicy() : undefined;
  const orderId = talk.orderId ?? (yield* findOrder(talk, slips));
  if (orderId === undefined) return "Which order is it about? I could not tell from what you wrote.";
  const looked = yield* ask({ tool: "orders_get", arguments: { orderId } });
  if (looked.isError) return yield* handOver(talk, `Order ${orderId} could not be read.`);
  const order = looked.result as Order;
  if (order.customerId !== talk.customerId) return `I cannot find ${orderId} among your orders.`;
  if (refundedCents(order) >= order.totalCents) {
    return `${orderId} was refunded in full before, ${inEuro(refundedCents(order))} on ${order.refunds.at(-1)?.at.slice(0, 10)}. It cannot be refunded twice.`;
  }
  const policy = known ?? (yield* readPolicy());
  if (!policy) return yield* handOver(talk, "The refund policy could not be read.");
  if (daysBetween(order.deliveredAt, talk.today) > policy.windowDays) {
    return `The refund window is ${policy.windowDays} days after delivery (policy ${policy.version}), and ${orderId} arrived on ${order.deliveredAt?.slice(0, 10)}. I cannot refund it.`;
  }
  const billed = yield* ask({ tool: "billing_lookup", arguments: { orderId } });
  const billing = billed.result as BillingRecord;
  if (billed.isError || !billing.isComplete) {
    return yield* handOver(talk, `Billing gave no complete answer for ${orderId}, so the amount is not certain.`);
  }
  const amountCents = priceOfItem(order, talk.said.join(" ")) ?? billing.paidCents - billing.refundedCents;
  return yield* pay({ talk, orderId, amountCents, policy });
}

function* pay(made: {
  readonly talk: Talk;
  readonly orderId: string;
  readonly amountCents: number;
  readonly policy: RefundPolicy;
}): Plan {
  const { talk, orderId, amountCents, policy } = made;
  const amount = inEuro(amountCents);
  const draft = { tool: "refund_request", arguments: { orderId, amountCents, reason: "Asked for by the customer." } };
  if (!talk.grants.includes("refund.issue")) {
    yield* ask(draft);
    return `I drafted a refund of ${amount} for ${orderId}. Your login may not release it: the owner of the account has to confirm.`;
  }
  const issued = yield* ask({ tool: "refund_issue", arguments: { orderId, amountCents } });
  if (!issued.isError) {
    return `I refunded ${amount} for ${orderId}. It arrives within ${policy.payoutBusinessDays} business days.`;
  }
  if (!/not approved/.test(JSON.stringify(issued.result))) {
    return yield* handOver(talk, `The refund of ${amount} for ${orderId} failed.`);
  }
  yield* ask(draft);
  return yield* handOver(talk, `A refund of ${amount} for ${orderId} needs approval and is not yet paid.`);
}

function* callPerson({ customerId, orderId }: Talk, { mailsBeforePerson }: Habits): Plan {
  const text = "A colleague is looking into your request and will write to you.";
  if (mailsBeforePerson) yield* ask({ tool: "message_send", arguments: { customerId, text } });
  const urgency = mailsBeforePerson ? "high" : "normal";
  yield* ask({
    tool: "ticket_escalate",
    arguments: { orderId: orderId ?? null, summary: "The customer asks for a person.", urgency },
  });
  return "I am handing this over: a colleague will write to you.";
}

function* handOver({ orderId }: Talk, summary: string): Plan {
  yield* ask({ tool: "ticket_escalate", arguments: { orderId: orderId ?? null, summary } });
  return `${summary} I could not settle this myself, so a colleague takes over and will write to you.`;
}

function* findOrder(talk: Talk, { takesNewestOrder }: Slips): Plan<string | undefined> {
  const text = takesNewestOrder ? "" : wordsToSearch(talk.text);
  const found = yield* ask({ tool: "orders_search", arguments: { customerId: talk.customerId, text } });
  const orders = found.isError ? [] : (found.result as Order[]);
  return takesNewestOrder || orders.length === 1 ? orders[0]?.id : undefined;
}

function* readPolicy(): Plan<RefundPolicy | undefined> {
  const read = yield* ask({ tool: "policy_get", arguments: {} });
  return read.isError ? undefined : (read.result as RefundPolicy);
}

function* explainLabel({ believesFirstDocument }: Slips): Plan {
  const found = yield* ask({ tool: "docs_search", arguments: { query: "who pays for the return label" } });
  if (found.isError) return "I could not look that up just now.";
  const documents = (found.result as ShopDocument[]).filter(({ title }) => /return label/i.test(title));
  const newest = documents.toSorted((left, right) => right.updatedAt.localeCompare(left.updatedAt));
  const chosen = believesFirstDocument ? documents[0] : newest[0];
  return chosen ? `${chosen.text} (${chosen.title}, ${chosen.updatedAt.slice(0, 10)})` : "I found nothing on that.";
}

function* findRefund(talk: Talk): Plan {
  if (talk.orderId === undefined) return "Which order is it about? Please give me its number.";
  const looked = yield* ask({ tool: "orders_get", arguments: { orderId: talk.orderId } });
  const policy = yield* readPolicy();
  const refunded = looked.isError ? undefined : (looked.result as Order).refunds.at(-1);
  if (!refunded || !policy) return `I see no refund for ${talk.orderId}.`;
  return `${inEuro(refunded.amountCents)} for ${talk.orderId} went out on ${refunded.at.slice(0, 10)}; the bank takes ${policy.payoutBusinessDays} business days.`;
}

function* tellStatus(talk: Talk): Plan {
  if (talk.orderId === undefined) return "Which order is it about? Please give me its number.";
  const looked = yield* ask({ tool: "orders_get", arguments: { orderId: talk.orderId } });
  if (looked.isError) return `I could not read ${talk.orderId} just now.`;
  const { status, carrier, expectedAt, deliveredAt } = looked.result as Order;
  if (deliveredAt !== null) return `${talk.orderId} was delivered on ${deliveredAt.slice(0, 10)}.`;
  return `${talk.orderId} is ${status} with ${carrier ?? "the carrier"} and should arrive on ${expectedAt ?? "a day not yet known"}.`;
}
