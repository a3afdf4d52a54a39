import type { ValueTypes } from "../../domain/index.ts";
import { isJsonObject, joinPath, type Json } from "../../kernel/index.ts";

/** A value with the type OTLP gives it. */
export type TypedValue =
  | { readonly type: "empty" }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "int"; readonly value: number | string }
  | { readonly type: "double"; readonly value: number }
  | { readonly type: "bytes"; readonly base64: string }
  | { readonly type: "array"; readonly values: readonly Json[] }
  | { readonly type: "object"; readonly members: readonly (readonly [string, Json])[] };

/** Where a value stands in its span, and what was noted of it there or above it. */
export class ValuePlace {
  readonly #types: ValueTypes | undefined;
  readonly #path: readonly string[];
  readonly noted: ValueTypes[string] | undefined;

  constructor(types: ValueTypes | undefined, path: readonly string[], noted?: ValueTypes[string]) {
    this.#types = types;
    this.#path = path;
    this.noted = noted;
  }

  inside(key: string): ValuePlace {
    const types = this.#types;
    if (types === undefined) return this;
    const path = [...this.#path, key];
    const place = joinPath(path);
    return new ValuePlace(types, path, Object.hasOwn(types, place) ? types[place] : this.noted);
  }
}

const INT64 = /^-?\d{1,19}$/;
const DOUBLE_WORD = /^(?:NaN|-?Infinity)$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Whole numbers are ints and texts are strings, unless something else was noted that the value still fits. */
export function typedValue(value: Json, { noted }: ValuePlace): TypedValue {
  if (value === null) return { type: "empty" };
  if (typeof value === "boolean") return { type: "bool", value };
  if (typeof value === "number") {
    return Number.isSafeInteger(value) && noted !== "double" ? { type: "int", value } : { type: "double", value };
  }
  if (typeof value === "string") return typedText(value, noted);
  if (!isJsonObject(value)) return { type: "array", values: value };
  return { type: "object", members: membersOf(value) };
}

/** Members that are undefined are none. */
export function membersOf(object: { readonly [key: string]: Json | undefined }): (readonly [string, Json])[] {
  return Object.entries(object).filter((entry): entry is [string, Json] => entry[1] !== undefined);
}

function typedText(value: string, noted: ValueTypes[string] | undefined): TypedValue {
  if (noted === "int" && INT64.test(value) && BigInt.asIntN(64, BigInt(value)) === BigInt(value)) {
    return { type: "int", value };
  }
  if (noted === "double" && DOUBLE_WORD.test(value)) return { type: "double", value: Number(value) };
  if (noted === "bytes" && BASE64.test(value)) return { type: "bytes", base64: value };
  return { type: "string", value };
}
