import { rmSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { type Domain, openDomain } from "./environment.ts";
import { writeSmallData } from "./small-data.ts";
import type { Observation } from "./tool.ts";

const dataFolder = writeSmallData();
const retail = openDomain("retail", { dataFolder });
const airline = openDomain("airline", { dataFolder });
afterAll(() => rmSync(dataFolder, { recursive: true }));

type Call = readonly [tool: string, kwargs: unknown];

/** What the last of the calls answers, on fresh state. */
function lastAnswer(domain: Domain, ...calls: readonly Call[]): Observation {
  const episode = domain.newEpisode();
  return calls.map(([tool, kwargs]) => episode.call(tool, JSON.stringify(kwargs))).at(-1) ?? null;
}

const modify = {
  order_id: "#W1",
  item_ids: ["11", "11"],
  new_item_ids: ["4300000000", "11"],
  payment_method_id: "gift_card_1",
};
const exchange = { order_id: "#W2", item_ids: ["11"], new_item_ids: ["4300000000"], payment_method_id: "paypal_1" };
const cancel = { order_id: "#W1", reason: "no longer needed" };
const booking = {
  user_id: "bob_1",
  origin: "SFO",
  destination: "JFK",
  flight_type: "one_way",
  cabin: "economy",
  flights: [{ date: "2024-05-10", flight_number: "HAT1" }],
  passengers: [{}],
  payment_methods: [{ payment_id: "certificate_1", amount: 100 }],
  total_baggages: 0,
  nonfree_baggages: 0,
  insurance: "no",
};
const baggage = { reservation_id: "RES1", total_baggages: 2, nonfree_baggages: 1, payment_id: "gift_card_1" };
const reflight = {
  reservation_id: "RES1",
  cabin: "economy",
  flights: [
    { flight_number: "HAT1", date: "2024-05-10" },
    { date: "2024-05-11", flight_number: "HAT2", price: 1 },
  ],
  payment_id: "gift_card_1",
};

test.each<[string, string, string]>([
  ["fly", "{}", "Unknown action fly"],
  ["get_order_details", "{}", "Error: GetOrderDetails.invoke() missing 1 required positional argument: 'order_id'"],
  [
    "cancel_pending_order",
    "{}",
    "Error: CancelPendingOrder.invoke() missing 2 required positional arguments: 'order_id' and 'reason'",
  ],
  [
    "return_delivered_order_items",
    "{}",
    "Error: ReturnDeliveredOrderItems.invoke() missing 3 required positional arguments: 'order_id', 'item_ids', and 'payment_method_id'",
  ],
  ["get_order_details", '{"b": 1, "a": 1}', "Error: GetOrderDetails.invoke() got an unexpected keyword argument 'b'"],
  [
    "get_order_details",
    '{"b": 1, "data": 1}',
    "Error: tau_bench.envs.retail.tools.get_order_details.GetOrderDetails.invoke() got multiple values for keyword argument 'data'",
  ],
  ["get_order_details", '{"order_id": ["#W1"]}', "Error: unhashable type: 'list'"],
  ["get_order_details", '{"order_id": 1}', "Error: order not found"],
  ["find_user_id_by_email", '{"email": null}', "Error: 'NoneType' object has no attribute 'lower'"],
  [
    "get_order_details",
    "{",
    "Error: the arguments are not valid JSON: expected a key in double quotes at the end of the text (line 1, column 2)",
  ],
  ["get_order_details", "[]", "Error: the arguments are not a JSON object"],
])("a call that does not fit the tool: %s %s", (tool, kwargs, answer) => {
  expect(retail.newEpisode().call(tool, kwargs)).toBe(answer);
});

test.each<[string, Call, string]>([
  ["an item not ordered", ["modify_pending_order_items", { ...modify, item_ids: ["7", "11"] }], "7 not found"],
  [
    "an item more often than ordered",
    ["exchange_delivered_order_items", { ...exchange, item_ids: ["11", "11"] }],
    "11 not found",
  ],
  ["a list written as text", ["modify_pending_order_items", { ...modify, item_ids: "['11']" }], "[ not found"],
  [
    "lists of two lengths",
    ["modify_pending_order_items", { ...modify, new_item_ids: ["11"] }],
    "the number of items to be exchanged should match",
  ],
  [
    "an item sold out",
    ["exchange_delivered_order_items", { ...exchange, new_item_ids: ["7"] }],
    "new item 7 not found or available",
  ],
  [
    "a strange payment method",
    ["exchange_delivered_order_items", { ...exchange, payment_method_id: "x" }],
    "payment method not found",
  ],
  ["a strange reason", ["cancel_pending_order", { ...cancel, reason: "bored" }], "invalid reason"],
  [
    "to cancel what is delivered",
    ["cancel_pending_order", { ...cancel, order_id: "#W2" }],
    "non-pending order cannot be cancelled",
  ],
  [
    "to return what is pending",
    ["return_delivered_order_items", { order_id: "#W1", item_ids: [], payment_method_id: "paypal_1" }],
    "non-delivered order cannot be returned",
  ],
  [
    "to pay by the same method",
    ["modify_pending_order_payment", { order_id: "#W1", payment_method_id: "gift_card_1" }],
    "the new payment method should be different from the current one",
  ],
])("retail refuses: %s, and changes nothing", (_what, [tool, kwargs], why) => {
  const episode = retail.newEpisode();
  expect(episode.call(tool, JSON.stringify(kwargs))).toBe(`Error: ${why}`);
  expect(episode.changes()).toEqual([]);
});

test.each<[string, readonly Call[], string]>([
  [
    "a modified order is charged the unrounded difference",
    [["modify_pending_order_items", modify]],
    '"amount": 20.200000000000003,',
  ],
  [
    "the gift card is charged in cents",
    [
      ["modify_pending_order_items", modify],
      ["get_user_details", { user_id: "ann_1" }],
    ],
    '"balance": 29.8,',
  ],
  [
    "two pairs change two of the same item",
    [["modify_pending_order_items", { ...modify, new_item_ids: ["4300000000", "4300000000"] }]],
    '"options": {"size": "L"}}], "fulfillments"',
  ],
  [
    "an exchange shows the rounded difference",
    [["exchange_delivered_order_items", exchange]],
    '"exchange_price_difference": 20.2}',
  ],
  [
    "no items make an int",
    [["exchange_delivered_order_items", { ...exchange, item_ids: [], new_item_ids: [] }]],
    '"exchange_price_difference": 0}',
  ],
  [
    "a modified order is no longer pending",
    [
      ["modify_pending_order_items", modify],
      ["cancel_pending_order", cancel],
    ],
    "Error: non-pending order cannot be cancelled",
  ],
  [
    "a cancelled order refunds the gift card",
    [
      ["cancel_pending_order", cancel],
      ["get_user_details", { user_id: "ann_1" }],
    ],
    '"balance": 70.2,',
  ],
  [
    "digit-only keys keep their place",
    [["get_product_details", { product_id: "9" }]],
    '"variants": {"4300000000": {"item_id": "4300000000"',
  ],
  ["a float stays one", [["get_product_details", { product_id: "9" }]], '"price": 135.0}'],
  [
    "a new address has its own key order",
    [
      [
        "modify_user_address",
        { user_id: "ann_1", address1: "é", address2: "", city: "D", state: "CA", country: "USA", zip: 2 },
      ],
    ],
    '"address": {"address1": "\\u00e9", "address2": "", "city": "D", "state": "CA", "country": "USA", "zip": 2}',
  ],
  [
    "a look-up sees the changed zip",
    [
      [
        "modify_user_address",
        { user_id: "ann_1", address1: "", address2: "", city: "", state: "", country: "", zip: 2 },
      ],
      ["find_user_id_by_name_zip", { first_name: "ANN", last_name: "lee", zip: 2 }],
    ],
    "ann_1",
  ],
])("retail: %s", (_why, calls, part) => {
  expect(lastAnswer(retail, ...calls)).toContain(part);
});

test.each<[string, readonly Call[], string]>([
  [
    "a missing reservation is a missing user",
    [["get_reservation_details", { reservation_id: "X" }]],
    "Error: user not found",
  ],
  [
    "an overnight leg shows the day before",
    [["search_onestop_flight", { origin: "SFO", destination: "BOS", date: "2024-05-10" }]],
    '"prices": {"economy": 50}, "date": "2024-05-11"}]]',
  ],
  [
    "a day after without zero padding exists nowhere",
    [["search_onestop_flight", { origin: "SFO", destination: "BOS", date: "2024-05-09" }]],
    "[]",
  ],
  [
    "a date in words",
    [["search_onestop_flight", { origin: "SFO", destination: "BOS", date: "May 10th" }]],
    "Error: invalid literal for int() with base 10: 'th'",
  ],
  [
    "a booking completes its flights",
    [["book_reservation", booking]],
    '"flights": [{"date": "2024-05-10", "flight_number": "HAT1", "price": 100, "origin": "SFO", "destination": "JFK"}]',
  ],
  [
    "a certificate is used up",
    [
      ["book_reservation", booking],
      ["get_user_details", { user_id: "bob_1" }],
    ],
    '"payment_methods": {"gift_card_1": {"source": "gift_card", "amount": 200, "id": "gift_card_1"}}',
  ],
  [
    "the third and fourth booking share an id",
    Array.from({ length: 4 }, (): Call => ["book_reservation", { ...booking, flights: [], payment_methods: [] }]),
    '{"reservation_id": "HATHAV"',
  ],
  [
    "a sum that is off",
    [["book_reservation", { ...booking, payment_methods: [] }]],
    "Error: payment amount does not add up, total price is 100, but paid 0",
  ],
  ["a float that equals", [["update_reservation_baggages", { ...baggage, nonfree_baggages: 1.5 }]], '"amount": 75.0}]'],
  [
    "bags as text",
    [["book_reservation", { ...booking, nonfree_baggages: "2" }]],
    "Error: unsupported operand type(s) for +=: 'int' and 'str'",
  ],
  ["an unknown cabin", [["book_reservation", { ...booking, cabin: "first" }]], "Error: 'first'"],
  [
    "too few seats",
    [["book_reservation", { ...booking, passengers: [{}, {}, {}] }]],
    "Error: not enough seats on flight HAT1",
  ],
  [
    "no seats for nobody's count",
    [["book_reservation", { ...booking, passengers: null }]],
    "Error: object of type 'NoneType' has no len()",
  ],
  [
    "a flight without a date",
    [["book_reservation", { ...booking, flights: [{ flight_number: "HAT1" }] }]],
    "Error: 'date'",
  ],
  [
    "a kept flight keeps its price",
    [["update_reservation_flights", reflight]],
    '"date": "2024-05-10", "price": 90, "origin": "SFO", "destination": "JFK"}, {"date": "2024-05-11", "flight_number": "HAT2", "price": 70,',
  ],
  [
    "a new cabin is not noted",
    [["update_reservation_flights", { ...reflight, cabin: "x", flights: [] }]],
    '"cabin": "economy", "flights": []',
  ],
  [
    "a certificate pays no change",
    [["update_reservation_flights", { ...reflight, payment_id: "certificate_1" }]],
    "Error: certificate cannot be used to update reservation",
  ],
  [
    "a cancelled reservation gives its payments back",
    [["cancel_reservation", { reservation_id: "RES1" }]],
    '"payment_history": [{"payment_id": "gift_card_1", "amount": 90}, {"payment_id": "gift_card_1", "amount": -90}]',
  ],
  [
    "passengers are counted",
    [["update_reservation_passengers", { reservation_id: "RES1", passengers: [] }]],
    "Error: number of passengers does not match",
  ],
  [
    "a certificate of a float",
    [["send_certificate", { user_id: "bob_1", amount: 0.5 }]],
    "Certificate certificate_3221322 added to user bob_1 with amount 0.5.",
  ],
])("airline: %s", (_why, calls, part) => {
  expect(lastAnswer(airline, ...calls)).toContain(part);
});

test("airline: a certificate paid with twice fails halfway, and the first half stays", () => {
  const episode = airline.newEpisode();
  const half = { payment_id: "certificate_1", amount: 50 };
  const answer = episode.call("book_reservation", JSON.stringify({ ...booking, payment_methods: [half, half] }));
  expect(answer).toBe("Error: 'certificate_1'");
  expect(episode.changes()).toMatchObject([
    { table: "users", after: { payment_methods: { gift_card_1: {} }, reservations: ["RES1"] } },
  ]);
});

test("airline: a fourth certificate answers nothing", () => {
  const send: Call = ["send_certificate", { user_id: "bob_1", amount: 1 }];
  expect(lastAnswer(airline, send, send, send)).toContain("certificate_3221324");
  expect(lastAnswer(airline, send, send, send, send)).toBeNull();
});

test("airline: older recordings show a province", () => {
  const older = openDomain("airline", { dataFolder, hasProvinces: true });
  expect(lastAnswer(older, ["get_user_details", { user_id: "bob_1" }])).toContain(
    '"country": "USA", "province": "NY", "zip"',
  );
  expect(lastAnswer(airline, ["get_user_details", { user_id: "bob_1" }])).toContain(
    '"country": "USA", "state": "NY", "zip"',
  );
});

test("episodes: what one changes no other sees", () => {
  const [one, other] = [retail.newEpisode(), retail.newEpisode()];
  const before = other.call("get_order_details", '{"order_id": "#W1"}');
  one.call("modify_pending_order_items", JSON.stringify(modify));
  expect(other.call("get_order_details", '{"order_id": "#W1"}')).toBe(before);
  expect(other.changes()).toEqual([]);
  expect(one.changes().map(({ table, id }) => `${table} ${id}`)).toEqual(["orders #W1", "users ann_1"]);
  expect(one.equals(other)).toBe(false);
  other.call("modify_pending_order_items", JSON.stringify(modify));
  expect(one.equals(other)).toBe(true);
});

test("episodes: a change says what was before; a new record was null", () => {
  const episode = airline.newEpisode();
  episode.call("update_reservation_passengers", JSON.stringify({ reservation_id: "RES1", passengers: [{ n: 1 }] }));
  episode.call("book_reservation", JSON.stringify(booking));
  expect(episode.changes()).toMatchObject([
    {
      table: "reservations",
      id: "RES1",
      before: { passengers: [{ first_name: "Bob" }] },
      after: { passengers: [{ n: 1 }] },
    },
    { table: "reservations", id: "HATHAT", before: null, after: { cabin: "economy" } },
    { table: "users", id: "bob_1", before: { reservations: ["RES1"] }, after: { reservations: ["RES1", "HATHAT"] } },
  ]);
});

test("episodes: a missing data folder is named with the way out", () => {
  const open = (): Domain => openDomain("retail", { dataFolder: "/nowhere" });
  expect(open).toThrow(expect.objectContaining({ code: "data.missing" }));
  expect(open).toThrow(/AEGIS_DATA.*github\.com\/sierra-research\/tau-bench/);
});
