import type { Json } from "../kernel/index.ts";

/** Deeper nesting than any tool's arguments; keeps a hostile text from exhausting the stack. */
const DEPTH_MAX = 64;
const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\u000b",
  "\n": "",
};
const CONSTANTS: Readonly<Record<string, Json>> = { True: true, False: false, None: null };

/**
 * Reads a Python literal (`{'order_id': '#W1', 'items': ('a', 1), 'ok': True}`) as JSON; nothing is ever run.
 * Tuples become arrays, number and constant keys become text. Sets, bytes and numbers JSON cannot hold are not read.
 *
 * @returns undefined when the text is no such literal
 */
export function parsePythonLiteral(text: string): Json | undefined {
  const reader = new LiteralReader(text);
  try {
    const value = reader.value(0);
    return reader.isAtEnd() ? value : undefined;
  } catch (error) {
    if (error instanceof NotALiteral) return undefined;
    throw error;
  }
}

class NotALiteral extends Error {}

class LiteralReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    this.#skipSpace();
    return this.#at === this.#text.length;
  }

  value(depth: number): Json {
    if (depth > DEPTH_MAX) throw new NotALiteral();
    this.#skipSpace();
    if (this.#take("{")) return this.#object(depth);
    if (this.#take("[")) return this.#items("]", depth).values;
    if (this.#take("(")) return this.#parenthesis(depth);
    const text = this.#strings();
    return text ?? this.#word();
  }

  #object(depth: number): Json {
    const members: [string, Json][] = [];
    for (this.#skipSpace(); !this.#take("}"); this.#skipSpace()) {
      const key = this.value(depth + 1);
      if (typeof key === "object" && key !== null) throw new NotALiteral();
      this.#skipSpace();
      this.#expect(":");
      members.push([String(key), this.value(depth + 1)]);
      this.#separator("}");
    }
    return Object.fromEntries(members);
  }

  #items(end: string, depth: number): { values: Json[]; hasComma: boolean } {
    const values: Json[] = [];
    let hasComma = false;
    for (this.#skipSpace(); !this.#take(end); this.#skipSpace()) {
      values.push(this.value(depth + 1));
      hasComma = this.#separator(end) || hasComma;
    }
    return { values, hasComma };
  }

  /** `(1)` is 1, `(1,)` and `()` are tuples. */
  #parenthesis(depth: number): Json {
    const { values, hasComma } = this.#items(")", depth);
    return values.length === 1 && !hasComma ? (values[0] ?? null) : values;
  }

  /** Adjacent strings are one string. */
  #strings(): string | undefined {
    let whole: string | undefined;
    for (let part = this.#string(); part !== undefined; part = this.#string()) {
      whole = (whole ?? "") + part;
      this.#skipSpace();
    }
    return whole;
  }

  #string(): string | undefined {
    const [opening, prefix = "", quote = ""] = this.#match(/([uUrR]?)("""|'''|"|')/y) ?? [];
    if (opening === undefined) return undefined;
    const isRaw = prefix.toLowerCase() === "r";
    let text = "";
    while (!this.#take(quote)) {
      const character = this.#text[this.#at];
      if (character === undefined || (character === "\n" && quote.length === 1)) throw new NotALiteral();
      this.#at += 1;
      text += character === "\\" ? this.#escape(isRaw) : character;
    }
    return text;
  }

  #escape(isRaw: boolean): string {
    const character = this.#text[this.#at];
    if (character === undefined) throw new NotALiteral();
    if (isRaw) {
      this.#at += 1;
      return `\\${character}`;
    }
    const code = this.#match(/x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})/y);
    if (code) {
      const point = Number.parseInt(code[1] ?? code[2] ?? code[3] ?? "", 16);
      if (point > 0x10_ff_ff) throw new NotALiteral();
      return String.fromCodePoint(point);
    }
    const octal = this.#match(/[0-7]{1,3}/y);
    if (octal) return String.fromCodePoint(Number.parseInt(octal[0], 8));
    this.#at += 1;
    return ESCAPES[character] ?? `\\${character}`;
  }

  #word(): Json {
    const number = this.#match(/[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])/y);
    if (number) {
      const value = Number(number[0].replaceAll("_", ""));
      if (!Number.isFinite(value)) throw new NotALiteral();
      return value;
    }
    const constant = CONSTANTS[this.#match(/[A-Za-z]+/y)?.[0] ?? ""];
    if (constant === undefined) throw new NotALiteral();
    return constant;
  }

  #separator(end: string): boolean {
    this.#skipSpace();
    if (this.#take(",")) return true;
    if (this.#text[this.#at] !== end) throw new NotALiteral();
    return false;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw new NotALiteral();
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (!found) return undefined;
    this.#at = pattern.lastIndex;
    return found;
  }

  #skipSpace(): void {
    this.#match(/\s+/y);
  }
}
