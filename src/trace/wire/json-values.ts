import { type Json, type JsonObject, LIMITS } from "../../kernel/index.ts";
import { badPayload } from "./bad-payload.ts";
import { field, listOf, objectOf, textOf } from "./json-fields.ts";
import { BYTES_MAX, KEPT_BYTES, setMember, type SpanIntake } from "./span-intake.ts";

/** Reads attributes: lists of KeyValue, and AnyValue, in OTLP's JSON. */
export class JsonValues {
  readonly #intake: SpanIntake;
  /** Arrays and objects around the value that is read. */
  #depth = 0;

  constructor(intake: SpanIntake) {
    this.#intake = intake;
  }

  /** @returns how many were left out for a limit */
  keyValues(target: Record<string, Json>, list: Json | undefined): number {
    let droppedCount = 0;
    const { notes } = this.#intake;
    for (const each of listOf(list, "a list of attributes")) {
      if (!this.#intake.takeValue()) {
        droppedCount += 1;
        continue;
      }
      const pair = objectOf(each, "an attribute") ?? {};
      const key = this.name(field(pair, "key"));
      notes.enter(key);
      setMember(target, key, this.#anyValue(objectOf(field(pair, "value"), "the value of an attribute")));
      notes.leave();
    }
    return droppedCount;
  }

  name(value: Json | undefined): string {
    return this.#intake.limited(textOf(value, "a name"), LIMITS.spanNameBytesMax);
  }

  text(value: Json | undefined): string {
    return this.#intake.limited(textOf(value, "a text"), LIMITS.spanTextBytesMax);
  }

  /** The first of its members that is one; without one it is empty, which is null. */
  #anyValue(value: JsonObject | undefined): Json {
    const { notes } = this.#intake;
    if (value === undefined) return notes.plain(null);
    const text = field(value, "stringValue", "string_value");
    if (text !== undefined) return notes.plain(this.text(text));
    const int = field(value, "intValue", "int_value");
    if (int !== undefined) return this.#int(int);
    const bool = field(value, "boolValue", "bool_value");
    if (bool !== undefined) return notes.plain(boolOf(bool));
    const double = field(value, "doubleValue", "double_value");
    if (double !== undefined) return notes.double(doubleOf(double));
    const array = objectOf(field(value, "arrayValue", "array_value"), "an arrayValue");
    if (array !== undefined) return this.#nested(field(array, "values"), "array");
    const object = objectOf(field(value, "kvlistValue", "kvlist_value"), "a kvlistValue");
    if (object !== undefined) return this.#nested(field(object, "values"), "object");
    const bytes = field(value, "bytesValue", "bytes_value");
    return bytes === undefined ? notes.plain(null) : this.#bytes(textOf(bytes, "a bytesValue"));
  }

  /** JavaScript's tracers call every whole number an int: one that 64 bits do not hold was a double. */
  #int(told: Json): Json {
    const { notes } = this.#intake;
    if (typeof told === "number" && Number.isInteger(told)) {
      return Number.isSafeInteger(told) ? notes.int(told + 0) : notes.double(told);
    }
    if (typeof told !== "string" || !/^-?\d{1,40}$/.test(told)) throw badPayload("an intValue is no whole number");
    const exact = BigInt(told);
    if (exact > INT64_MAX || exact < -INT64_MAX - 1n) return notes.double(Number(exact));
    return notes.int(Number.isSafeInteger(Number(exact)) ? Number(exact) : exact.toString());
  }

  #nested(list: Json | undefined, kind: "array" | "object"): Json {
    if (this.#depth >= LIMITS.spanValueDepthMax) return this.#intake.tooDeep();
    this.#depth += 1;
    const value = kind === "array" ? this.#array(list) : this.#object(list);
    this.#depth -= 1;
    return value;
  }

  #array(list: Json | undefined): Json {
    const { notes } = this.#intake;
    const values: Json[] = [];
    const array = notes.beginArray();
    for (const each of listOf(list, "the values of an array")) {
      if (!this.#intake.takeValue()) continue;
      notes.enter(values.length);
      values.push(this.#anyValue(objectOf(each, "a value of an array")));
      notes.endElement(array, values.length - 1);
    }
    return notes.endArray(array, values);
  }

  #object(list: Json | undefined): Json {
    const members: Record<string, Json> = {};
    this.keyValues(members, list);
    return this.#intake.notes.plain(members);
  }

  /** Written anew, so that every spelling of the same bytes is the same text. */
  #bytes(base64: string): Json {
    const bytes = Buffer.from(base64, "base64");
    if (bytes.length <= BYTES_MAX) return this.#intake.notes.bytes(bytes.toString("base64"));
    const start = bytes.toString("base64", 0, KEPT_BYTES);
    return this.#intake.notes.plain(this.#intake.cut(start, bytes.length));
  }
}

const INT64_MAX = 2n ** 63n - 1n;

function boolOf(value: Json): boolean {
  if (typeof value !== "boolean") throw badPayload("a boolValue is neither true nor false");
  return value;
}

/** As proto3 has it, NaN and the infinities come as text. */
function doubleOf(value: Json): number {
  if (typeof value === "number") return value;
  const isNumber = typeof value === "string" && /^(?:NaN|-?Infinity|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(value);
  if (!isNumber) throw badPayload("a doubleValue is no number");
  return Number(value);
}
