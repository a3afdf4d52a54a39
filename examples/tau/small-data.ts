import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A shop and an airline of a few records, for tests: they run where the recorded data is not at hand. */
const SMALL_DATA = {
  "retail/orders.json": `{"#W1": {"order_id": "#W1", "user_id": "ann_1",
      "address": {"address1": "1 A St", "address2": "", "city": "B", "country": "USA", "state": "TX", "zip": "1"},
      "items": [{"name": "Mug", "product_id": "9", "item_id": "11", "price": 10.1, "options": {"size": "S"}},
                {"name": "Mug", "product_id": "9", "item_id": "11", "price": 10.1, "options": {"size": "S"}}],
      "fulfillments": [], "status": "pending",
      "payment_history": [{"transaction_type": "payment", "amount": 20.2, "payment_method_id": "gift_card_1"}]},
    "#W2": {"order_id": "#W2", "user_id": "ann_1",
      "items": [{"name": "Mug", "product_id": "9", "item_id": "11", "price": 10.1, "options": {"size": "S"}}],
      "status": "delivered",
      "payment_history": [{"transaction_type": "payment", "amount": 10.1, "payment_method_id": "paypal_1"}]}}`,
  "retail/products.json": `{"9": {"name": "Mug", "product_id": "9", "variants": {
      "4300000000": {"item_id": "4300000000", "options": {"size": "L"}, "available": true, "price": 30.3},
      "11": {"item_id": "11", "options": {"size": "S"}, "available": true, "price": 10.1},
      "7": {"item_id": "7", "options": {"size": "M"}, "available": false, "price": 135.0}}}}`,
  "retail/users.json": `{"ann_1": {"name": {"first_name": "Ann", "last_name": "Lee"},
      "address": {"address1": "1 A St", "address2": "", "city": "B", "country": "USA", "state": "TX", "zip": "1"},
      "email": "Ann@example.com", "payment_methods": {
        "gift_card_1": {"source": "gift_card", "balance": 50, "id": "gift_card_1"},
        "paypal_1": {"source": "paypal", "id": "paypal_1"}}, "orders": ["#W1", "#W2"]}}`,
  "airline/flights.json": `{"HAT1": {"flight_number": "HAT1", "origin": "SFO", "destination": "JFK",
      "scheduled_departure_time_est": "20:00:00", "scheduled_arrival_time_est": "04:00:00+1", "dates": {
        "2024-05-09": {"status": "cancelled"},
        "2024-05-10": {"status": "available", "available_seats": {"economy": 2}, "prices": {"economy": 100}}}},
    "HAT2": {"flight_number": "HAT2", "origin": "JFK", "destination": "BOS",
      "scheduled_departure_time_est": "06:00:00", "scheduled_arrival_time_est": "07:00:00", "dates": {
        "2024-05-10": {"status": "available", "available_seats": {"economy": 9}, "prices": {"economy": 50}},
        "2024-05-11": {"status": "available", "available_seats": {"economy": 3}, "prices": {"economy": 70}}}}}`,
  "airline/reservations.json": `{"RES1": {"reservation_id": "RES1", "user_id": "bob_1", "origin": "SFO", "destination": "JFK",
      "flight_type": "one_way", "cabin": "economy",
      "flights": [{"origin": "SFO", "destination": "JFK", "flight_number": "HAT1", "date": "2024-05-10", "price": 90}],
      "passengers": [{"first_name": "Bob", "last_name": "Ray", "dob": "1990-01-01"}],
      "payment_history": [{"payment_id": "gift_card_1", "amount": 90}], "created_at": "2024-05-01T00:00:00",
      "total_baggages": 1, "nonfree_baggages": 0, "insurance": "no"}}`,
  "airline/users.json": `{"bob_1": {"name": {"first_name": "Bob", "last_name": "Ray"},
      "address": {"address1": "2 B St", "address2": "", "city": "C", "country": "USA", "state": "NY", "zip": "2"},
      "email": "bob@example.com", "dob": "1990-01-01", "payment_methods": {
        "gift_card_1": {"source": "gift_card", "amount": 200, "id": "gift_card_1"},
        "certificate_1": {"source": "certificate", "amount": 100, "id": "certificate_1"}},
      "saved_passengers": [], "membership": "gold", "reservations": ["RES1"]}}`,
  "retail/tools.json": "[]",
  "retail/policy.md": "Be kind.",
  "airline/tools.json": "[]",
  "airline/policy.md": "Be kind.",
} as const;

/** Writes the small data into a new temporary folder, as AEGIS_DATA would name it. */
export function writeSmallData(): string {
  const folder = mkdtempSync(join(tmpdir(), "aegis-tau-"));
  for (const domain of ["retail", "airline"]) mkdirSync(join(folder, "tau", domain), { recursive: true });
  for (const [file, text] of Object.entries(SMALL_DATA)) writeFileSync(join(folder, "tau", file), text);
  return folder;
}
