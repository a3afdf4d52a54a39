import { z } from "zod";
import { ShopError } from "./shop-error.ts";
import type { RefundRequest, ShopState } from "./shop-state.ts";

/** What operations need beside the state. */
export interface ShopDesk {
  readonly state: ShopState;
  readonly now: () => string;
  readonly makeId: (prefix: string) => string;
}

const refundBody = z.strictObject({
  orderId: z.string(),
  amountCents: z.int().positive(),
  reason: z.string().optional(),
});

export interface IssuedRefund {
  readonly refundId: string;
  readonly orderId: string;
  readonly amountCents: number;
  readonly refundedCents: number;
}

/** Writes a draft that moves no money. */
export function requestRefund(desk: ShopDesk, body: unknown): RefundRequest {
  const { orderId, amountCents, reason = "" } = readBody(body);
  orderOf(desk.state, orderId);
  const id = desk.makeId("RR");
  const request: RefundRequest = { id, orderId, amountCents, reason, status: "draft", at: desk.now() };
  desk.state.refundRequests[id] = request;
  return request;
}

/** Pays money back, never more than was paid. */
export function issueRefund(desk: ShopDesk, body: unknown): IssuedRefund {
  const { orderId, amountCents } = readBody(body);
  const order = orderOf(desk.state, orderId);
  const paidCents = sumOf(desk.state.billing[orderId]?.charges ?? []);
  const leftCents = paidCents - sumOf(order.refunds);
  if (leftCents <= 0) throw new ShopError(409, `${orderId} is already refunded in full`);
  if (amountCents > leftCents) throw new ShopError(409, `only ${leftCents} cents of ${orderId} are left to refund`);
  const id = desk.makeId("R");
  order.refunds.push({ id, amountCents, at: desk.now() });
  if (amountCents === leftCents) order.status = "refunded";
  return { refundId: id, orderId, amountCents, refundedCents: sumOf(order.refunds) };
}

/** Answers a repeated key with the first answer, and refuses a key that comes with another body. */
export function idempotently() {
  const answered = new Map<string, { readonly body: string; readonly answer: unknown }>();
  return <Answer>(key: string | undefined, body: unknown, act: () => Answer): Answer => {
    if (key === undefined) return act();
    const text = JSON.stringify(body);
    const before = answered.get(key);
    if (before && before.body !== text) throw new ShopError(422, "this idempotency key was used for another refund");
    if (before) return before.answer as Answer;
    const answer = act();
    answered.set(key, { body: text, answer });
    return answer;
  };
}

export function orderOf(state: ShopState, orderId: string) {
  const order = state.orders[orderId];
  if (!order) throw new ShopError(404, `there is no order ${orderId}`);
  return order;
}

export function sumOf(parts: readonly { readonly amountCents: number }[]): number {
  return parts.reduce((sum, { amountCents }) => sum + amountCents, 0);
}

function readBody(body: unknown): z.output<typeof refundBody> {
  const parsed = refundBody.safeParse(body);
  if (!parsed.success) throw new ShopError(422, parsed.error.issues[0]?.message ?? "not a refund");
  return parsed.data;
}
