import {
  arithmetic,
  entryOf,
  findEntry,
  isEqual,
  isLess,
  itemsOf,
  memberOf,
  roundToCents,
  ToolFailure,
  append,
} from "../python-operations.ts";
import { writingTool } from "../tool.ts";
import type { ValueObject } from "../value.ts";
import { dump } from "../value-text.ts";
import { changePaymentMethod, isGiftCardId, paymentEntry, paymentMethodsOf, refuse, requireOrder } from "./records.ts";

export const paymentTools = [
  writingTool("cancel_pending_order", ["order_id", "reason"], (state, { order_id: orderId, reason }) => {
    const order = requireOrder(state, orderId);
    if (memberOf(order, "status") !== "pending") refuse("non-pending order cannot be cancelled");
    if (reason !== "no longer needed" && reason !== "ordered by mistake") refuse("invalid reason");
    const refunds: ValueObject[] = [];
    for (const payment of itemsOf(memberOf(order, "payment_history"))) {
      const paymentMethodId = memberOf(payment, "payment_method_id");
      const refund = paymentEntry("refund", memberOf(payment, "amount"), paymentMethodId);
      refunds.push(refund);
      if (isGiftCardId(paymentMethodId)) {
        const giftCard = changePaymentMethod(state, order, paymentMethodId);
        giftCard.set(
          "balance",
          roundToCents(arithmetic(memberOf(giftCard, "balance"), "+", memberOf(refund, "amount"), "+=")),
        );
      }
    }
    const changed = state.change("orders", String(orderId));
    changed.set("status", "cancelled");
    changed.set("cancel_reason", reason);
    for (const refund of refunds) append(memberOf(changed, "payment_history"), refund);
    return dump(changed);
  }),

  writingTool("modify_pending_order_payment", ["order_id", "payment_method_id"], (state, kwargs) => {
    const { order_id: orderId, payment_method_id: newId } = kwargs;
    const order = requireOrder(state, orderId);
    if (memberOf(order, "status") !== "pending") refuse("non-pending order cannot be modified");
    const methods = paymentMethodsOf(state, order);
    if (findEntry(methods, newId) === undefined) refuse("payment method not found");
    const history = itemsOf(memberOf(order, "payment_history"));
    const [first] = history;
    if (first === undefined) throw new ToolFailure("list index out of range");
    if (history.length > 1 || memberOf(first, "transaction_type") !== "payment") {
      refuse("there should be exactly one payment for a pending order");
    }
    const oldId = memberOf(first, "payment_method_id");
    if (isEqual(oldId, newId)) refuse("the new payment method should be different from the current one");
    const amount = memberOf(first, "amount");
    const method = entryOf(methods, newId);
    const isGiftCard = memberOf(method, "source") === "gift_card";
    if (isGiftCard && isLess(memberOf(method, "balance"), amount)) {
      refuse("insufficient gift card balance to pay for the order");
    }
    const changed = state.change("orders", String(orderId));
    append(memberOf(changed, "payment_history"), paymentEntry("payment", amount, newId));
    append(memberOf(changed, "payment_history"), paymentEntry("refund", amount, oldId));
    if (isGiftCard) {
      const giftCard = changePaymentMethod(state, order, newId);
      giftCard.set("balance", roundToCents(arithmetic(memberOf(giftCard, "balance"), "-", amount, "-=")));
    }
    if (isGiftCardId(oldId)) {
      const giftCard = changePaymentMethod(state, order, oldId);
      giftCard.set("balance", roundToCents(arithmetic(memberOf(giftCard, "balance"), "+", amount, "+=")));
    }
    return dump(changed);
  }),
];
