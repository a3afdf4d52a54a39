import type { ValueTypes } from "../../domain/index.ts";
import { joinPath, type Json } from "../../kernel/index.ts";

type ValueType = ValueTypes[string];

/** Of an array that is being read: the type all of it had so far, and the elements whose type JSON does not tell. */
export interface ArrayNotes {
  common: ValueType | "plain" | undefined;
  untold: { readonly index: number; readonly type: ValueType }[] | undefined;
}

/**
 * Follows values as they are read and notes what plain JSON does not tell of them. Of a value just read it knows the type
 * until `leave` writes it down, or the array around it takes it over: an array of one type is one note.
 */
export class ValueNotes {
  readonly #path: (string | number)[] = [];
  #types: Record<string, ValueType> | undefined;
  #last: ValueType | "plain" = "plain";
  #isUntold = false;

  enter(key: string | number): void {
    this.#path.push(key);
  }

  leave(): void {
    if (this.#isUntold && this.#last !== "plain") this.#write(this.#path, this.#last);
    this.#isUntold = false;
    this.#path.pop();
  }

  plain<Value extends Json>(value: Value): Value {
    this.#last = "plain";
    this.#isUntold = false;
    return value;
  }

  /** @param value decimal text where a number does not hold it */
  int(value: number | string): Json {
    this.#last = "int";
    this.#isUntold = typeof value === "string";
    return value;
  }

  double(value: number): Json {
    this.#last = "double";
    this.#isUntold = Number.isInteger(value) || !Number.isFinite(value);
    return Number.isFinite(value) ? value : String(value);
  }

  bytes(base64: string): Json {
    this.#last = "bytes";
    this.#isUntold = true;
    return base64;
  }

  beginArray(): ArrayNotes {
    return { common: undefined, untold: undefined };
  }

  /** The value read last is this element; the path is that of the element. */
  endElement(array: ArrayNotes, index: number): void {
    array.common = array.common === undefined || array.common === this.#last ? this.#last : "plain";
    if (this.#isUntold && this.#last !== "plain") (array.untold ??= []).push({ index, type: this.#last });
    this.#isUntold = false;
    this.#path.pop();
  }

  endArray(array: ArrayNotes, values: Json[]): Json {
    const { common = "plain", untold } = array;
    if (common === "plain") for (const { index, type } of untold ?? []) this.#write([...this.#path, index], type);
    this.#last = common;
    this.#isUntold = common !== "plain" && untold !== undefined;
    return values;
  }

  /** What was noted under paths that begin like this, of something that was not kept. */
  forget(start: string): void {
    const kept = Object.entries(this.#types ?? {}).filter(([path]) => !path.startsWith(start));
    this.#types = undefined;
    for (const [path, type] of kept) this.#keep(path, type);
  }

  /** All that was noted since it was last taken. */
  take(): ValueTypes | undefined {
    const types = this.#types;
    this.#types = undefined;
    return types;
  }

  #write(path: readonly (string | number)[], type: ValueType): void {
    this.#keep(joinPath(path.map(String)), type);
  }

  #keep(path: string, type: ValueType): void {
    // A path begins with the name of a field, so it is never one that objects have of their own.
    this.#types ??= {};
    this.#types[path] = type;
  }
}
