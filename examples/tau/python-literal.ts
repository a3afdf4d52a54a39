import type { Value, ValueObject } from "./value.ts";

/**
 * Reads a Python literal as some recorded agents wrote their arguments: `{'order_id': '#W1', 'item_ids': ['1', '2']}`.
 * @returns undefined where the text is none, for one because of unescaped quotes
 */
export function parsePythonLiteral(text: string): Value | undefined {
  const reader = new LiteralReader(text);
  try {
    return reader.whole();
  } catch (error) {
    if (error instanceof NotALiteral) return undefined;
    throw error;
  }
}

class NotALiteral extends Error {}

const DEPTH_MAX = 100;
const WORDS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["True", true],
  ["False", false],
  ["None", null],
]);
const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\",
  "'": "'",
  '"': '"',
  "\n": "",
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};
const STRING = /'((?:[^'\\\n]|\\[^])*)'|"((?:[^"\\\n]|\\[^])*)"/y;
const NUMBER =
  /[-+]?(?:(?:\d[\d_]*)?\.\d[\d_]*(?:[eE][-+]?\d+)?|\d[\d_]*(?:\.(?:[eE][-+]?\d+)?|[eE][-+]?\d+)|(\d[\d_]*))/y;
const WORD = /[A-Za-z]+/y;
const SPACE = /\s*/y;

class LiteralReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Value {
    const value = this.#value(0);
    if (this.#next() !== undefined) throw new NotALiteral();
    return value;
  }

  #value(depth: number): Value {
    if (depth > DEPTH_MAX) throw new NotALiteral();
    const first = this.#next();
    if (first === "{") return this.#object(depth);
    if (first === "[") return this.#list("]", depth);
    if (first === "(") return this.#list(")", depth);
    if (first === "'" || first === '"') return this.#string();
    const number = this.#match(NUMBER);
    if (number !== null) {
      const digits = number[0].replaceAll("_", "");
      return number[1] === undefined ? Number(digits) : BigInt(digits.replace("+", ""));
    }
    const word = WORDS.get(this.#match(WORD)?.[0] ?? "");
    if (word === undefined) throw new NotALiteral();
    return word;
  }

  #object(depth: number): ValueObject {
    const object: ValueObject = new Map();
    this.#at += 1;
    while (this.#next() !== "}") {
      this.#next();
      const key = this.#string();
      this.#take(":");
      object.set(key, this.#value(depth + 1));
      if (this.#next() !== "}") this.#take(",");
    }
    this.#at += 1;
    return object;
  }

  /** A tuple is read as a list: no tool tells them apart. */
  #list(close: string, depth: number): Value[] {
    const items: Value[] = [];
    this.#at += 1;
    while (this.#next() !== close) {
      items.push(this.#value(depth + 1));
      if (this.#next() !== close) this.#take(",");
    }
    this.#at += 1;
    return items;
  }

  /** Neighbouring strings are one string, as in Python. */
  #string(): string {
    let text = "";
    let count = 0;
    for (let match = this.#match(STRING); match !== null; match = this.#match(STRING)) {
      text += unescape(match[1] ?? match[2] ?? "");
      count += 1;
      this.#next();
    }
    if (count === 0) throw new NotALiteral();
    return text;
  }

  #next(): string | undefined {
    this.#match(SPACE);
    return this.#text[this.#at];
  }

  #take(character: string): void {
    if (this.#next() !== character) throw new NotALiteral();
    this.#at += 1;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at = pattern.lastIndex;
    return match;
  }
}

function unescape(body: string): string {
  if (!body.includes("\\")) return body;
  const escape = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([^]))/g;
  return body.replaceAll(escape, (whole, ...groups: (string | undefined)[]) => {
    const [byte, unit, wide, octal, other = ""] = groups;
    const hex = byte ?? unit ?? wide;
    if (hex !== undefined) return String.fromCodePoint(Math.min(Number.parseInt(hex, 16), 0x10ffff));
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
    return ESCAPES[other] ?? whole;
  });
}
