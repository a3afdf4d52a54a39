import { compareByCodePoint, isObject, type Value } from "./value.ts";

/** A number as Python writes it: an int in plain digits, a float always with a point or an exponent. */
export function numberText(value: bigint | number): string {
  if (typeof value === "bigint") return value.toString();
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0.0";
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e16)) {
    const plain = String(value);
    return plain.includes(".") ? plain : `${plain}.0`;
  }
  const [mantissa = "", exponent = ""] = value.toExponential().split("e");
  return `${mantissa}e${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, "0")}`;
}

/** JSON as Python's `json.dumps` writes it: a space after `,` and `:`, only printable ASCII, keys in insertion order. */
export function dump(value: Value): string {
  if (typeof value === "string") return quotedJson(value);
  if (value === null) return "null";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") return jsonNumber(value);
  let text = "";
  if (Array.isArray(value)) {
    for (const item of value) text += text === "" ? dump(item) : `, ${dump(item)}`;
    return `[${text}]`;
  }
  for (const [key, member] of value) {
    text += `${text === "" ? "" : ", "}${quotedJson(key)}: ${dump(member)}`;
  }
  return `{${text}}`;
}

/** `str(x)`: how a value appears inside a message. */
export function plainText(value: Value): string {
  return typeof value === "string" ? value : literal(value);
}

/** `repr(x)`: how a value appears as a Python literal. */
export function literal(value: Value): string {
  if (typeof value === "string") return quotedLiteral(value);
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "bigint" || typeof value === "number") return numberText(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  return `{${[...value].map(([key, member]) => `${quotedLiteral(key)}: ${literal(member)}`).join(", ")}}`;
}

/** The canonical text a whole state is hashed as: nested tuples, objects as (key, value) pairs in key order. */
export function hashedText(value: Value): string {
  if (Array.isArray(value)) return tupleText(value.map(hashedText));
  if (!isObject(value)) return literal(value);
  const members = [...value].sort(([left], [right]) => compareByCodePoint(left, right));
  return tupleText(members.map(([key, member]) => pairText(key, hashedText(member))));
}

export function pairText(key: string, valueText: string): string {
  return `(${quotedLiteral(key)}, ${valueText})`;
}

function tupleText(items: readonly string[]): string {
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`;
}

function jsonNumber(value: number): string {
  if (Number.isFinite(value)) return numberText(value);
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "Infinity" : "-Infinity";
}

const JSON_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\b": "\\b",
  "\f": "\\f",
};

function quotedJson(text: string): string {
  if (!/[^ !#-[\]-~]/.test(text)) return `"${text}"`;
  return `"${text.replaceAll(/[^ !#-[\]-~]/g, (unit) => JSON_ESCAPES[unit] ?? `\\u${hexDigits(unit.charCodeAt(0), 4)}`)}"`;
}

const LITERAL_ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function quotedLiteral(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  if (/^[ !#-&(-[\]-~]*$/.test(text)) return quote + text + quote;
  const escaped = text.replaceAll(/\\|(?! )[\p{C}\p{Z}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const short = LITERAL_ESCAPES[character];
    if (short !== undefined) return short;
    if (code < 0x100) return `\\x${hexDigits(code, 2)}`;
    return code < 0x10000 ? `\\u${hexDigits(code, 4)}` : `\\U${hexDigits(code, 8)}`;
  });
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}

function hexDigits(code: number, digitCount: number): string {
  return code.toString(16).padStart(digitCount, "0");
}
