import type { Json } from "../../src/kernel/index.ts";

/**
 * The values the customer-service domains work on: JSON as Python keeps it.
 * Objects are maps, so digit-only keys keep their place; ints are bigints and floats are numbers, so 135 and 135.0 stay two things.
 */
export type Value = null | boolean | string | bigint | number | ValueList | ValueObject;
/** Mutable on purpose: a tool changes the records of its own episode in place. */
export type ValueList = Value[];
export type ValueObject = Map<string, Value>;

export function isObject(value: Value | undefined): value is ValueObject {
  return value instanceof Map;
}

export function objectOf(members: Readonly<Record<string, Value>>): ValueObject {
  return new Map(Object.entries(members));
}

export function copyValue<Kind extends Value>(value: Kind): Kind;
export function copyValue(value: Value): Value {
  if (Array.isArray(value)) return value.map((item) => copyValue(item));
  if (!isObject(value)) return value;
  const copy: ValueObject = new Map();
  for (const [key, member] of value) copy.set(key, copyValue(member));
  return copy;
}

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

/** State equality: key order does not matter, list order does; 5 is not 5.0, true is not 1, 0.0 is not -0.0. */
export function isSameState(left: Value | undefined, right: Value | undefined): boolean {
  if (Object.is(left, right)) return true;
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => isSameState(item, right[index]))
    );
  }
  if (!isObject(left) || !isObject(right) || left.size !== right.size) return false;
  for (const [key, member] of left) {
    if (!right.has(key) || !isSameState(member, right.get(key))) return false;
  }
  return true;
}

/** Python's order of texts. It differs from that of JavaScript only where surrogate pairs meet the range after them. */
export function compareByCodePoint(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    if (left.charCodeAt(index) === right.charCodeAt(index)) continue;
    return (left.codePointAt(index) ?? 0) - (right.codePointAt(index) ?? 0);
  }
  return left.length - right.length;
}
