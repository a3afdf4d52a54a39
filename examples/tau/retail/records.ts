import { memberOf, objectMember, ToolFailure } from "../python-operations.ts";
import type { State } from "../state.ts";
import { objectOf, type Value, type ValueObject } from "../value.ts";

export function requireOrder(state: State, id: Value): ValueObject {
  return state.find("orders", id) ?? refuse("order not found");
}

export function requireUser(state: State, id: Value): ValueObject {
  return state.find("users", id) ?? refuse("user not found");
}

export function productOf(state: State, id: Value): ValueObject {
  return state.find("products", id) ?? refuse("product not found");
}

/** The payment methods of the user who placed the order, for reading. */
export function paymentMethodsOf(state: State, order: ValueObject): ValueObject {
  return objectMember(requireUser(state, memberOf(order, "user_id")), "payment_methods");
}

/** The same payment method, for writing. */
export function changePaymentMethod(state: State, order: ValueObject, paymentMethodId: Value): ValueObject {
  const user = state.change("users", String(memberOf(order, "user_id")));
  return objectMember(objectMember(user, "payment_methods"), String(paymentMethodId));
}

/** A payment method's id starts with its source, and that is what the refunds go by. */
export function isGiftCardId(paymentMethodId: Value): boolean {
  return typeof paymentMethodId === "string" && paymentMethodId.includes("gift_card");
}

export function paymentEntry(kind: "payment" | "refund", amount: Value, paymentMethodId: Value): ValueObject {
  return objectOf({ transaction_type: kind, amount, payment_method_id: paymentMethodId });
}

export function refuse(why: string): never {
  throw new ToolFailure(why);
}
