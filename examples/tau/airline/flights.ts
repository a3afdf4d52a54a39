import {
  arithmetic,
  entryOf,
  isLess,
  lengthOf,
  memberOf,
  objectMember,
  ToolFailure,
  typeName,
} from "../python-operations.ts";
import type { State } from "../state.ts";
import { isObject, type Value, type ValueObject } from "../value.ts";
import { plainText } from "../value-text.ts";
import { dateRecord, refuse } from "./records.ts";

/** Checks that the flight asked for can be booked, and completes it with its price and its route. */
export function completeFlight(
  state: State,
  asked: Value,
  order: { readonly cabin: Value; readonly passengers: Value },
): bigint | number {
  const flightNumber = memberOf(asked, "flight_number");
  const named = `flight ${plainText(flightNumber)}`;
  const flight = state.find("flights", flightNumber) ?? refuse(`${named} not found`);
  const date = memberOf(asked, "date");
  const record = dateRecord(flight, date) ?? refuse(`${named} not found on date ${plainText(date)}`);
  if (memberOf(record, "status") !== "available") refuse(`${named} not available on date ${plainText(date)}`);
  const seatCount = entryOf(objectMember(record, "available_seats"), order.cabin);
  if (isLess(seatCount, lengthOf(order.passengers))) refuse(`not enough seats on ${named}`);
  const price = entryOf(objectMember(record, "prices"), order.cabin);
  setRoute(asked, price, flight);
  return arithmetic(price, "*", lengthOf(order.passengers));
}

/** Key order matters: price, origin, destination, each in its old place where the agent supplied it. */
export function setRoute(asked: Value, price: Value, route: ValueObject): void {
  if (!isObject(asked)) throw new ToolFailure(`'${typeName(asked)}' object does not support item assignment`);
  asked.set("price", price);
  asked.set("origin", memberOf(route, "origin"));
  asked.set("destination", memberOf(route, "destination"));
}
