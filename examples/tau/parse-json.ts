import type { Value, ValueObject } from "./value.ts";

/** JSON that keeps what `JSON.parse` loses: the order of digit-only keys and whether a number was an int or a float. */
export function parseJson(text: string): Value {
  const reader = new JsonReader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

/** What was expected, and at which offset of the text it was not there. */
export class JsonSyntaxError extends Error {
  override readonly name = "JsonSyntaxError";
  readonly offset: number;
  readonly expected: string;
  constructor(text: string, offset: number, expected: string) {
    super(`expected ${expected} at ${placeOf(text, offset)}`);
    this.offset = offset;
    this.expected = expected;
  }
}

/**
 * Where each member of the outermost object lies, without reading the members themselves.
 * A table of 2,000 records opens in milliseconds this way, and a record is parsed only when somebody asks for it.
 */
export function sliceMembers(text: string): Map<string, string> {
  const reader = new JsonReader(text);
  const slices = reader.slices();
  reader.end();
  return slices;
}

const DEPTH_MAX = 400;
const QUOTE = 34;
const BACKSLASH = 92;

class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#fail("the end of the text");
  }

  value(depth: number): Value {
    this.#skipSpace();
    if (depth > DEPTH_MAX) this.#fail(`at most ${DEPTH_MAX} levels of nesting`);
    const code = this.#text.charCodeAt(this.#at);
    if (code === QUOTE) return this.#string();
    if (code === 123) return this.#object(depth);
    if (code === 91) return this.#array(depth);
    return this.#scalar();
  }

  slices(): Map<string, string> {
    const slices = new Map<string, string>();
    this.#skipSpace();
    this.#take("{", "an object");
    if (this.#tryTake("}")) return slices;
    do {
      const key = this.#key();
      const start = this.#at;
      this.#skipValue();
      slices.set(key, this.#text.slice(start, this.#at));
    } while (this.#tryTake(","));
    this.#take("}", "`,` or `}`");
    return slices;
  }

  #object(depth: number): ValueObject {
    const object: ValueObject = new Map();
    this.#at += 1;
    if (this.#tryTake("}")) return object;
    do {
      const key = this.#key();
      object.set(key, this.value(depth + 1));
    } while (this.#tryTake(","));
    this.#take("}", "`,` or `}`");
    return object;
  }

  #array(depth: number): Value[] {
    const items: Value[] = [];
    this.#at += 1;
    if (this.#tryTake("]")) return items;
    do items.push(this.value(depth + 1));
    while (this.#tryTake(","));
    this.#take("]", "`,` or `]`");
    return items;
  }

  #key(): string {
    this.#skipSpace();
    if (this.#text.charCodeAt(this.#at) !== QUOTE) this.#fail("a key in double quotes");
    const key = this.#string();
    this.#take(":", "`:`");
    return key;
  }

  #string(): string {
    const start = this.#at;
    const isPlain = this.#skipString();
    const raw = this.#text.slice(start, this.#at);
    if (isPlain) return raw.slice(1, -1);
    try {
      return JSON.parse(raw) as string;
    } catch {
      this.#at = start;
      return this.#fail("a valid string");
    }
  }

  /** Moves behind the closing quote; says whether the text is free of escapes and of control characters, which JSON forbids. */
  #skipString(): boolean {
    const text = this.#text;
    const start = this.#at;
    let isPlain = true;
    for (let at = start + 1; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        this.#at = at + 1;
        return isPlain;
      }
      if (code === BACKSLASH) at += 1;
      if (code === BACKSLASH || code < 32) isPlain = false;
    }
    this.#at = text.length;
    return this.#fail(`the closing quote of the string that begins at ${placeOf(text, start)}`);
  }

  /** Moves behind a value by counting brackets only. */
  #skipValue(): void {
    const text = this.#text;
    let depth = 0;
    for (; this.#at < text.length; this.#at += 1) {
      const code = text.charCodeAt(this.#at);
      if (code === QUOTE) {
        this.#skipString();
        this.#at -= 1;
      } else if (code === 123 || code === 91) depth += 1;
      else if (code === 125 || code === 93) {
        if (depth === 0) return;
        depth -= 1;
      } else if (code === 44 && depth === 0) return;
    }
    this.#fail("the end of the object");
  }

  #scalar(): Value {
    const token = /[-+.\w]*/y;
    token.lastIndex = this.#at;
    const word = token.exec(this.#text)?.[0] ?? "";
    const value = scalarOf(word);
    if (value === undefined) return this.#fail("a JSON value");
    this.#at += word.length;
    return value;
  }

  #skipSpace(): void {
    const text = this.#text;
    for (;;) {
      const code = text.charCodeAt(this.#at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
      this.#at += 1;
    }
  }

  #tryTake(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #take(character: string, expected: string): void {
    if (!this.#tryTake(character)) this.#fail(expected);
  }

  #fail(expected: string): never {
    throw new JsonSyntaxError(this.#text, this.#at, expected);
  }
}

/** Python reads NaN and the infinities too, so recorded arguments may hold them. */
const WORDS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["true", true],
  ["false", false],
  ["null", null],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

function scalarOf(word: string): Value | undefined {
  if (/^-?(?:0|[1-9]\d*)$/.test(word)) return BigInt(word);
  if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(word)) return Number(word);
  return WORDS.get(word);
}

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  const column = offset - before.lastIndexOf("\n");
  return offset >= text.length
    ? `the end of the text (line ${line}, column ${column})`
    : `line ${line}, column ${column}`;
}
