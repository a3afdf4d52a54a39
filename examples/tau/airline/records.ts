import { entryOf, findEntry, isLess, memberOf, objectMember, ToolFailure } from "../python-operations.ts";
import type { State } from "../state.ts";
import type { Value, ValueObject } from "../value.ts";

export function requireUser(state: State, id: Value): ValueObject {
  return state.find("users", id) ?? refuse("user not found");
}

export function requireReservation(state: State, id: Value): ValueObject {
  return state.find("reservations", id) ?? refuse("reservation not found");
}

/** What is known of a flight on a date, or undefined where it does not fly then. */
export function dateRecord(flight: ValueObject, date: Value): Value | undefined {
  return findEntry(objectMember(flight, "dates"), date);
}

/** The payment methods of the user, for writing. */
export function changePaymentMethods(state: State, userId: Value): ValueObject {
  return objectMember(state.change("users", String(userId)), "payment_methods");
}

/** A change of a reservation is paid by a method of its owner that covers the price and is no certificate. */
export function checkChangePayment(
  state: State,
  reservation: ValueObject,
  payment: { readonly id: Value; readonly price: bigint | number },
): { readonly isGiftCard: boolean } {
  const methods = objectMember(requireUser(state, memberOf(reservation, "user_id")), "payment_methods");
  if (findEntry(methods, payment.id) === undefined) refuse("payment method not found");
  const method = entryOf(methods, payment.id);
  const source = memberOf(method, "source");
  if (source === "certificate") refuse("certificate cannot be used to update reservation");
  const isGiftCard = source === "gift_card";
  if (isGiftCard && isLess(memberOf(method, "amount"), payment.price)) refuse("gift card balance is not enough");
  return { isGiftCard };
}

export function refuse(why: string): never {
  throw new ToolFailure(why);
}
