import { type Json, LIMITS } from "../../kernel/index.ts";
import type { ProtobufReader } from "./protobuf-reader.ts";
import { BYTES_MAX, KEPT_BYTES, keptBytes, setMember, type SpanIntake } from "./span-intake.ts";

/** Reads attributes: KeyValue and AnyValue of opentelemetry/proto/common/v1/common.proto. A case is number * 8 + wire type. */
export class ProtobufValues {
  readonly #reader: ProtobufReader;
  readonly #intake: SpanIntake;
  /** Arrays and objects around the value that is read. */
  #depth = 0;

  constructor(reader: ProtobufReader, intake: SpanIntake) {
    this.#reader = reader;
    this.#intake = intake;
  }

  /** @returns false where it was left out for a limit */
  keyValue(target: Record<string, Json>, end: number): boolean {
    const reader = this.#reader;
    if (!this.#intake.takeValue()) {
      reader.at = end;
      return false;
    }
    let key = "";
    let valueAt = end;
    let valueEnd = end;
    while (reader.isInside(end)) {
      const tag = reader.tag();
      if (tag === 10) key = this.name(reader.end(end), true);
      else if (tag === 18) {
        valueEnd = reader.end(end);
        valueAt = reader.at;
        reader.at = valueEnd;
      } else reader.skip(tag, end);
    }
    reader.at = valueAt;
    const { notes } = this.#intake;
    notes.enter(key);
    setMember(target, key, this.#anyValue(valueEnd));
    notes.leave();
    reader.at = end;
    return true;
  }

  /** @param isKey it comes again and again */
  name(end: number, isKey = false): string {
    const bytes = end - this.#reader.at;
    if (bytes > LIMITS.spanNameBytesMax) return this.#cutText(end, LIMITS.spanNameBytesMax);
    return isKey ? this.#reader.key(end) : this.#reader.text(end);
  }

  text(end: number): string {
    const bytes = end - this.#reader.at;
    return bytes > LIMITS.spanTextBytesMax ? this.#cutText(end, LIMITS.spanTextBytesMax) : this.#reader.text(end);
  }

  #cutText(end: number, bytesMax: number): string {
    const bytes = end - this.#reader.at;
    return this.#intake.cut(this.#reader.textStart(end, keptBytes(bytesMax)), bytes);
  }

  /** A value that is told twice is the last one. */
  #anyValue(end: number): Json {
    const reader = this.#reader;
    const { notes } = this.#intake;
    let value: Json = notes.plain(null);
    while (reader.isInside(end)) {
      const tag = reader.tag();
      switch (tag) {
        case 10:
          value = notes.plain(this.text(reader.end(end)));
          break;
        case 16:
          value = notes.plain(reader.bool());
          break;
        case 24:
          value = notes.int(reader.int64());
          break;
        case 33:
          value = notes.double(reader.double());
          break;
        case 42:
          value = this.#nested(reader.end(end), "array");
          break;
        case 50:
          value = this.#nested(reader.end(end), "object");
          break;
        case 58:
          value = this.#bytes(reader.end(end));
          break;
        default:
          reader.skip(tag, end);
      }
    }
    return value;
  }

  #nested(end: number, kind: "array" | "object"): Json {
    if (this.#depth >= LIMITS.spanValueDepthMax) {
      this.#reader.at = end;
      return this.#intake.tooDeep();
    }
    this.#depth += 1;
    const value = kind === "array" ? this.#array(end) : this.#object(end);
    this.#depth -= 1;
    return value;
  }

  #array(end: number): Json {
    const reader = this.#reader;
    const { notes } = this.#intake;
    const values: Json[] = [];
    const array = notes.beginArray();
    while (reader.isInside(end)) {
      const tag = reader.tag();
      if (tag !== 10 || !this.#intake.takeValue()) {
        reader.skip(tag, end);
        continue;
      }
      notes.enter(values.length);
      values.push(this.#anyValue(reader.end(end)));
      notes.endElement(array, values.length - 1);
    }
    return notes.endArray(array, values);
  }

  #object(end: number): Json {
    const reader = this.#reader;
    const members: Record<string, Json> = {};
    while (reader.isInside(end)) {
      const tag = reader.tag();
      if (tag === 10) this.keyValue(members, reader.end(end));
      else reader.skip(tag, end);
    }
    return this.#intake.notes.plain(members);
  }

  #bytes(end: number): Json {
    const reader = this.#reader;
    const bytes = end - reader.at;
    if (bytes <= BYTES_MAX) return this.#intake.notes.bytes(reader.base64(end));
    return this.#intake.notes.plain(this.#intake.cut(reader.base64(end, KEPT_BYTES), bytes));
  }
}
