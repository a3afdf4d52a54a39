import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import { badPayload } from "./bad-payload.ts";

/** 2^64: times, and OTLP's numbers in general, are smaller. */
const TIME_DIGITS = /^0*(\d{1,20})$/;
const TIME_MAX = 18_446_744_073_709_551_615n;

/** A field by its name in JSON, or by the one it has in the protocol's own files: proto3 allows both. null is absent. */
export function field(object: JsonObject, name: string, protoName = name): Json | undefined {
  return object[name] ?? object[protoName] ?? undefined;
}

export function objectOf(value: Json | undefined, what: string): JsonObject | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value)) throw badPayload(`${what} is no object`);
  return value;
}

export function listOf(value: Json | undefined, what: string): readonly Json[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw badPayload(`${what} is no array`);
  return value as readonly Json[];
}

/** Halves of characters, which JSON can tell and UTF-8 cannot, are replaced as in protobuf. */
export function textOf(value: Json | undefined, what: string): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "string") throw badPayload(`${what} is no text`);
  return value.isWellFormed() ? value : value.toWellFormed();
}

/** A count: a number, or decimal text. */
export function countOf(value: Json | undefined, what: string): number {
  if (value === undefined || value === null) return 0;
  const count = typeof value === "string" && value !== "" ? Number(value) : value;
  if (typeof count !== "number" || !Number.isInteger(count) || count < 0 || count >= 2 ** 32) {
    throw badPayload(`${what} is no count`);
  }
  return count;
}

/** An enum: its number, or its name in the protocol's own files. Unknown ones are 0. */
export function enumOf(value: Json | undefined, names: Readonly<Record<string, number>>): number {
  if (typeof value === "string")
    return Object.hasOwn(names, value) ? (names[value] ?? 0) : Math.max(0, Number(value) | 0);
  return typeof value === "number" ? Math.max(0, value | 0) : 0;
}

/** Nanoseconds as decimal text. @returns undefined where it is no time */
export function timeOf(value: Json | undefined): string | undefined {
  if (value === undefined || value === null || value === "") return "0";
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? String(value) : undefined;
  if (typeof value !== "string") return undefined;
  const digits = TIME_DIGITS.exec(value)?.[1];
  return digits === undefined || (digits.length === 20 && BigInt(digits) > TIME_MAX) ? undefined : digits;
}
