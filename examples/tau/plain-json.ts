import type { Json } from "../../src/kernel/index.ts";
import { isObject, type Value } from "./value.ts";

/** A value as a log keeps it. Ints beyond 2^53 become text, so that no digit is lost. */
export function plainJson(value: Value): Json {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(plainJson);
  if (!isObject(value)) return value;
  return Object.fromEntries([...value].map(([key, member]) => [key, plainJson(member)]));
}
