import { defineTool } from "aegis";
import { z } from "zod";
import type { IssuedRefund } from "../shop/refunds.ts";
import type { CustomerMessage, RefundRequest, Ticket } from "../shop/shop-state.ts";
import { shopClient } from "./shop-client.ts";

export interface ActionToolOptions {
  readonly shopUrl: string;
  /** Larger refunds wait for a person. */
  readonly approvalOverCents: number;
  /** Sends keys along, so that a lost answer is no second refund. */
  readonly sendsIdempotencyKeys: boolean;
}

/** Tools that change something, each saying how bad a wrong call would be. */
export function actionTools({ shopUrl, approvalOverCents, sendsIdempotencyKeys }: ActionToolOptions) {
  const shop = shopClient(shopUrl);
  const keyOf = (idempotencyKey: string) => (sendsIdempotencyKeys ? { idempotencyKey } : {});
  return {
    refund_request: defineTool({
      name: "refund_request",
      description: "Drafts a refund for a person to decide; moves no money.",
      input: z.object({ orderId: z.string(), amountCents: z.number().int(), reason: z.string() }),
      risk: "write",
      purpose: "draft",
      idempotent: true,
      permissions: ["refund.request"],
      execute: (body, { signal, idempotencyKey }) =>
        shop<RefundRequest>({ method: "POST", path: "/refund-requests", body, signal, ...keyOf(idempotencyKey) }),
    }),
    refund_issue: defineTool({
      name: "refund_issue",
      description: `Pays money back at once. More than ${approvalOverCents} cents need a person's approval.`,
      input: z.object({ orderId: z.string(), amountCents: z.number().int() }),
      risk: "irreversible",
      idempotent: sendsIdempotencyKeys,
      needsApproval: ({ amountCents }) => amountCents > approvalOverCents,
      permissions: ["refund.issue"],
      execute: (body, { signal, idempotencyKey }) =>
        shop<IssuedRefund>({ method: "POST", path: "/refunds", body, signal, ...keyOf(idempotencyKey) }),
    }),
    ticket_escalate: defineTool({
      name: "ticket_escalate",
      description: "Hands the case over to a person.",
      input: z.object({
        orderId: z.string().nullish(),
        summary: z.string(),
        urgency: z.enum(["normal", "high"]).optional(),
      }),
      risk: "write",
      purpose: "escalation",
      execute: (body, { signal }) => shop<Ticket>({ method: "POST", path: "/tickets", body, signal }),
    }),
    message_send: defineTool({
      name: "message_send",
      description: "Writes to a customer by mail.",
      input: z.object({ customerId: z.string(), text: z.string() }),
      risk: "write",
      purpose: "notification",
      execute: (body, { signal }) => shop<CustomerMessage>({ method: "POST", path: "/messages", body, signal }),
    }),
  };
}
