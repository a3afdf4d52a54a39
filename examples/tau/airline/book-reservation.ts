import {
  append,
  arithmetic,
  entryOf,
  findEntry,
  isEqual,
  isLess,
  itemsOf,
  lengthOf,
  memberOf,
  objectMember,
} from "../python-operations.ts";
import type { State } from "../state.ts";
import { writingTool } from "../tool.ts";
import { copyValue, objectOf, type Value } from "../value.ts";
import { dump, numberText, plainText } from "../value-text.ts";
import { completeFlight } from "./flights.ts";
import { changePaymentMethods, refuse, requireUser } from "./records.ts";

const BOOKING = [
  "user_id",
  "origin",
  "destination",
  "flight_type",
  "cabin",
  "flights",
  "passengers",
  "payment_methods",
  "total_baggages",
  "nonfree_baggages",
  "insurance",
] as const;
type Booking = Readonly<Record<(typeof BOOKING)[number], Value>>;

export const bookReservation = writingTool("book_reservation", BOOKING, (state, booking) => {
  requireUser(state, booking.user_id);
  const reservationId = freeReservationId(state);
  const flights = copyValue(booking.flights);
  checkPayments(state, booking, totalPrice(state, booking, flights));
  takePayments(state, booking);
  const reservation = objectOf({
    reservation_id: reservationId,
    user_id: booking.user_id,
    origin: booking.origin,
    destination: booking.destination,
    flight_type: booking.flight_type,
    cabin: booking.cabin,
    flights,
    passengers: booking.passengers,
    payment_history: booking.payment_methods,
    created_at: "2024-05-15T15:00:00",
    total_baggages: booking.total_baggages,
    nonfree_baggages: booking.nonfree_baggages,
    insurance: booking.insurance,
  });
  state.put("reservations", reservationId, reservation);
  append(memberOf(state.change("users", String(booking.user_id)), "reservations"), reservationId);
  return dump(reservation);
});

/** The clock stands still in this world, and so do new ids: the fourth booking overwrites the third. */
function freeReservationId(state: State): string {
  return ["HATHAT", "HATHAU"].find((id) => state.find("reservations", id) === undefined) ?? "HATHAV";
}

/** Completes the flights on the way. */
function totalPrice(state: State, booking: Booking, flights: Value): bigint | number {
  let total: bigint | number = 0n;
  for (const flight of itemsOf(flights)) {
    total = arithmetic(total, "+", completeFlight(state, flight, booking), "+=");
  }
  if (booking.insurance === "yes") {
    total = arithmetic(total, "+", arithmetic(30n, "*", lengthOf(booking.passengers)), "+=");
  }
  const bags = booking.nonfree_baggages;
  // Fifty times a text is a longer text, so in the original it is the addition that fails.
  const isRepeatable = typeof bags === "string" || Array.isArray(bags);
  return arithmetic(total, "+", isRepeatable ? bags : arithmetic(50n, "*", bags), "+=");
}

function checkPayments(state: State, booking: Booking, total: bigint | number): void {
  const methods = objectMember(requireUser(state, booking.user_id), "payment_methods");
  for (const payment of itemsOf(booking.payment_methods)) {
    const paymentId = memberOf(payment, "payment_id");
    const amount = memberOf(payment, "amount");
    const method = findEntry(methods, paymentId) ?? refuse(`payment method ${plainText(paymentId)} not found`);
    const source = memberOf(method, "source");
    if ((source === "gift_card" || source === "certificate") && isLess(memberOf(method, "amount"), amount)) {
      refuse(`not enough balance in payment method ${plainText(paymentId)}`);
    }
  }
  let paid: bigint | number = 0n;
  for (const payment of itemsOf(booking.payment_methods)) {
    paid = arithmetic(paid, "+", memberOf(payment, "amount"));
  }
  if (!isEqual(paid, total)) {
    refuse(`payment amount does not add up, total price is ${numberText(total)}, but paid ${numberText(paid)}`);
  }
}

/** A gift card keeps its rest; a certificate is used up whatever was paid with it. */
function takePayments(state: State, booking: Booking): void {
  const methods = changePaymentMethods(state, booking.user_id);
  for (const payment of itemsOf(booking.payment_methods)) {
    const paymentId = memberOf(payment, "payment_id");
    const method = entryOf(methods, paymentId);
    const source = memberOf(method, "source");
    if (source === "gift_card") {
      const rest = arithmetic(memberOf(method, "amount"), "-", memberOf(payment, "amount"), "-=");
      objectMember(methods, String(paymentId)).set("amount", rest);
    }
    if (source === "certificate") methods.delete(String(paymentId));
  }
}
