import { isJsonObject, type Json, type Random } from "../../kernel/index.ts";
import type { SCHEMA_CHANGES } from "../catalogue/body-faults.ts";
import { throughText } from "./json-places.ts";
import { chooseField, onField } from "./json-field.ts";

export type SchemaChange = (typeof SCHEMA_CHANGES)[number];

/**
 * One field is no longer as it was, in every entry that has it.
 * @param options.field dotted path without the indices of lists; "" chooses by the seed
 */
export function driftSchema(
  whole: Json,
  { change, field, random }: { readonly change: SchemaChange; readonly field: string; readonly random: Random },
): Json {
  return throughText(whole, (value) => {
    const keys = chooseField(value, { field, random, prefer: PREFERENCES[change] });
    if (keys === undefined) return value;
    return onField(value, keys, (holder, key) => changeMember(holder, key, change));
  });
}

const QUANTITY = /price|amount|total|cost|fee|balance|weight|length|width|height|duration|distance|size|temp/i;

/** Which fields a change is likeliest to show on, the likeliest first. */
const PREFERENCES: Readonly<Record<SchemaChange, readonly ((value: Json, key: string) => boolean)[]>> = {
  rename: [],
  type: [(value) => typeof value === "number", (value) => typeof value === "string"],
  null: [(value) => value !== null],
  missing: [(value) => value !== null],
  enum: [(value, key) => isWord(value) && !/id$/i.test(key), isWord, (value) => typeof value === "string"],
  unit: [(value, key) => typeof value === "number" && QUANTITY.test(key), (value) => typeof value === "number"],
};

function changeMember(holder: Readonly<Record<string, Json>>, key: string, change: SchemaChange): Json {
  const value = holder[key] ?? null;
  switch (change) {
    case "rename":
      return Object.fromEntries(
        Object.entries(holder).map(([name, each]) => [name === key ? renamed(key) : name, each]),
      );
    case "missing":
      return Object.fromEntries(Object.entries(holder).filter(([name]) => name !== key));
    case "null":
      return { ...holder, [key]: null };
    case "type":
      return { ...holder, [key]: otherType(value) };
    case "enum":
      return { ...holder, [key]: typeof value === "string" ? `${value}_v2` : otherType(value) };
    case "unit":
      // Euros become cents, metres centimetres.
      return { ...holder, [key]: typeof value === "number" ? Math.round(value * 1e6) / 1e4 : otherType(value) };
  }
}

/** `orderId` becomes `order_id`, `order_id` becomes `orderId`, `total` becomes `total_value`. */
export function renamed(key: string): string {
  const snake = key.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
  if (snake !== key) return snake;
  const camel = key.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return camel === key ? `${key}_value` : camel;
}

function otherType(value: Json): Json {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string") return { value };
  if (Array.isArray(value)) return Object.fromEntries((value as readonly Json[]).map((each, index) => [index, each]));
  return isJsonObject(value) ? [value] : "";
}

function isWord(value: Json): boolean {
  return typeof value === "string" && /^[A-Za-z][A-Za-z_-]{1,30}$/.test(value);
}
