import { isEqual, memberOf, ToolFailure, typeName } from "../python-operations.ts";
import type { State } from "../state.ts";
import { readingTool } from "../tool.ts";
import { isObject, objectOf, type Value, type ValueObject } from "../value.ts";
import { dump, literal } from "../value-text.ts";
import { dateRecord, requireUser } from "./records.ts";

const AIRPORTS = objectOf({
  SFO: "San Francisco",
  JFK: "New York",
  LAX: "Los Angeles",
  ORD: "Chicago",
  DFW: "Dallas",
  DEN: "Denver",
  SEA: "Seattle",
  ATL: "Atlanta",
  MIA: "Miami",
  BOS: "Boston",
  PHX: "Phoenix",
  IAH: "Houston",
  LAS: "Las Vegas",
  MCO: "Orlando",
  EWR: "Newark",
  CLT: "Charlotte",
  MSP: "Minneapolis",
  DTW: "Detroit",
  PHL: "Philadelphia",
  LGA: "LaGuardia",
});

const ROUTE = ["origin", "destination", "date"] as const;

export const lookUps = [
  readingTool("get_user_details", ["user_id"], (state, kwargs) => dump(requireUser(state, kwargs.user_id))),

  readingTool("get_reservation_details", ["reservation_id"], (state, kwargs) => {
    const reservation = state.find("reservations", kwargs.reservation_id);
    // The original names the wrong thing here, and recordings show it.
    if (reservation === undefined) throw new ToolFailure("user not found");
    return dump(reservation);
  }),

  readingTool("list_all_airports", [], () => dump(AIRPORTS)),

  readingTool("search_direct_flight", ROUTE, (state, { origin, destination, date }) => {
    const found: Value[] = [];
    for (const [, flight] of state.records("flights")) {
      if (!isEqual(memberOf(flight, "origin"), origin) || !isEqual(memberOf(flight, "destination"), destination))
        continue;
      const record = dateRecord(flight, date);
      if (record !== undefined && isAvailable(record)) found.push(legOf(flight, record));
    }
    return dump(found);
  }),

  readingTool("search_onestop_flight", ROUTE, (state, { origin, destination, date }) => {
    const found: Value[] = [];
    const arriving = flightsWhere(state, "destination", destination);
    for (const first of flightsWhere(state, "origin", origin)) {
      for (const second of arriving) {
        const connection = connect(first, second, date);
        if (connection !== undefined) found.push(connection);
      }
    }
    return dump(found);
  }),
];

function flightsWhere(state: State, key: "origin" | "destination", airport: Value): ValueObject[] {
  const flights: ValueObject[] = [];
  for (const [, flight] of state.records("flights")) if (isEqual(memberOf(flight, key), airport)) flights.push(flight);
  return flights;
}

/** Both legs, or undefined where the second does not follow the first or one of them is not for sale. */
function connect(first: ValueObject, second: ValueObject, date: Value): Value[] | undefined {
  if (!isEqual(memberOf(first, "destination"), memberOf(second, "origin"))) return undefined;
  const arrival = String(memberOf(first, "scheduled_arrival_time_est"));
  const secondDate = arrival.includes("+1") ? dayAfter(date) : date;
  if (arrival > String(memberOf(second, "scheduled_departure_time_est"))) return undefined;
  const firstRecord = dateRecord(first, date);
  const secondRecord = firstRecord && dateRecord(second, secondDate);
  if (firstRecord === undefined || secondRecord === undefined) return undefined;
  if (!isAvailable(firstRecord) || !isAvailable(secondRecord)) return undefined;
  // An overnight connection shows the second flight as it is on the day before: recordings do.
  const shownRecord = memberOf(memberOf(second, "dates"), String(date));
  return [legOf(first, firstRecord).set("date", date), legOf(second, shownRecord).set("date", secondDate)];
}

/** `2024-05-08` gives `2024-05-9`, which no flight has: recorded searches find nothing there. */
function dayAfter(date: Value): string {
  if (typeof date !== "string") throw new ToolFailure(`'${typeName(date)}' object is not subscriptable`);
  const day = [...date].slice(-2).join("");
  if (!/^\s*[-+]?\d+(?:_\d+)*\s*$/.test(day)) {
    throw new ToolFailure(`invalid literal for int() with base 10: ${literal(day)}`);
  }
  return `2024-05-${Number.parseInt(day, 10) + 1}`;
}

function isAvailable(record: Value): boolean {
  return memberOf(record, "status") === "available";
}

/** A flight as a search shows it: its own keys without all the dates, then those of the one date. */
function legOf(flight: ValueObject, record: Value): ValueObject {
  const leg = new Map(flight);
  leg.delete("dates");
  if (isObject(record)) for (const [key, member] of record) leg.set(key, member);
  return leg;
}
