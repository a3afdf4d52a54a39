import {
  append,
  arithmetic,
  findEntry,
  isEqual,
  itemsOf,
  lengthOf,
  memberOf,
  negative,
  objectMember,
} from "../python-operations.ts";
import type { State } from "../state.ts";
import { writingTool } from "../tool.ts";
import { copyValue, isObject, objectOf, type Value, type ValueObject } from "../value.ts";
import { dump, plainText } from "../value-text.ts";
import { completeFlight, setRoute } from "./flights.ts";
import { changePaymentMethods, checkChangePayment, refuse, requireReservation, requireUser } from "./records.ts";

export const reservationTools = [
  writingTool("cancel_reservation", ["reservation_id"], (state, { reservation_id: id }) => {
    const reservation = requireReservation(state, id);
    const refunds = itemsOf(memberOf(reservation, "payment_history")).map((payment) =>
      objectOf({ payment_id: memberOf(payment, "payment_id"), amount: negative(memberOf(payment, "amount")) }),
    );
    const changed = state.change("reservations", String(id));
    for (const refund of refunds) append(memberOf(changed, "payment_history"), refund);
    changed.set("status", "cancelled");
    return dump(changed);
  }),

  writingTool(
    "update_reservation_baggages",
    ["reservation_id", "total_baggages", "nonfree_baggages", "payment_id"],
    (state, kwargs) => {
      const reservation = requireReservation(state, kwargs.reservation_id);
      const more = arithmetic(kwargs.nonfree_baggages, "-", memberOf(reservation, "nonfree_baggages"));
      const price = arithmetic(50n, "*", more > 0 ? more : 0n);
      const payment = { id: kwargs.payment_id, price };
      const { isGiftCard } = checkChangePayment(state, reservation, payment);
      const changed = state.change("reservations", String(kwargs.reservation_id));
      changed.set("total_baggages", kwargs.total_baggages);
      changed.set("nonfree_baggages", kwargs.nonfree_baggages);
      if (isGiftCard) takeFromGiftCard(state, changed, payment);
      if (price != 0) append(memberOf(changed, "payment_history"), objectOf({ payment_id: payment.id, amount: price }));
      return dump(changed);
    },
  ),

  writingTool("update_reservation_flights", ["reservation_id", "cabin", "flights", "payment_id"], (state, kwargs) => {
    const reservation = requireReservation(state, kwargs.reservation_id);
    const flights = copyValue(kwargs.flights);
    const payment = {
      id: kwargs.payment_id,
      price: priceOfChange(state, reservation, { cabin: kwargs.cabin, flights }),
    };
    const { isGiftCard } = checkChangePayment(state, reservation, payment);
    const changed = state.change("reservations", String(kwargs.reservation_id));
    if (isGiftCard) takeFromGiftCard(state, changed, payment);
    // The cabin stays as it was booked, as in the original, and later calls compare with that.
    changed.set("flights", flights);
    if (payment.price != 0) {
      append(memberOf(changed, "payment_history"), objectOf({ payment_id: payment.id, amount: payment.price }));
    }
    return dump(changed);
  }),

  writingTool("update_reservation_passengers", ["reservation_id", "passengers"], (state, kwargs) => {
    const reservation = requireReservation(state, kwargs.reservation_id);
    if (lengthOf(kwargs.passengers) !== lengthOf(memberOf(reservation, "passengers"))) {
      refuse("number of passengers does not match");
    }
    const changed = state.change("reservations", String(kwargs.reservation_id));
    changed.set("passengers", kwargs.passengers);
    return dump(changed);
  }),

  writingTool("send_certificate", ["user_id", "amount"], (state, { user_id: userId, amount }) => {
    const methods = objectMember(requireUser(state, userId), "payment_methods");
    const ids = ["certificate_3221322", "certificate_3221323", "certificate_3221324"];
    const id = ids.find((candidate) => findEntry(methods, candidate) === undefined);
    if (id === undefined) return null;
    changePaymentMethods(state, userId).set(id, objectOf({ source: "certificate", amount, id }));
    return `Certificate ${id} added to user ${plainText(userId)} with amount ${plainText(amount)}.`;
  }),
];

/** Completes the new flights on the way; those already booked in this cabin keep their price and need no free seat. */
function priceOfChange(
  state: State,
  reservation: ValueObject,
  wish: { readonly cabin: Value; readonly flights: Value },
): bigint | number {
  const booked = itemsOf(memberOf(reservation, "flights"));
  const passengers = memberOf(reservation, "passengers");
  let total: bigint | number = 0n;
  for (const asked of itemsOf(wish.flights)) {
    const kept = booked.find(
      (flight) =>
        isEqual(memberOf(flight, "flight_number"), memberOf(asked, "flight_number")) &&
        isEqual(memberOf(flight, "date"), memberOf(asked, "date")) &&
        isEqual(wish.cabin, memberOf(reservation, "cabin")),
    );
    if (isObject(kept)) setRoute(asked, memberOf(kept, "price"), kept);
    const price = isObject(kept)
      ? arithmetic(memberOf(kept, "price"), "*", lengthOf(passengers))
      : completeFlight(state, asked, { cabin: wish.cabin, passengers });
    total = arithmetic(total, "+", price, "+=");
  }
  let old: bigint | number = 0n;
  for (const flight of booked) old = arithmetic(old, "+", memberOf(flight, "price"));
  return arithmetic(total, "-", arithmetic(old, "*", lengthOf(passengers)), "-=");
}

function takeFromGiftCard(
  state: State,
  reservation: ValueObject,
  payment: { readonly id: Value; readonly price: bigint | number },
): void {
  const methods = changePaymentMethods(state, memberOf(reservation, "user_id"));
  const giftCard = objectMember(methods, String(payment.id));
  giftCard.set("amount", arithmetic(memberOf(giftCard, "amount"), "-", payment.price, "-="));
}
