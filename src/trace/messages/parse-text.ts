import { isJsonObject, type Json } from "../../kernel/index.ts";
import { parsePythonLiteral } from "../parse-python-literal.ts";

/** Longer texts are kept as they are: nobody writes a conversation that long into one attribute by hand. */
export const TEXT_LENGTH_MAX = 64 * 1024 * 1024;

/** What a text that holds JSON says; any other value as it is. Telemetry writes structures as text, now and then twice. */
export function parseText(value: Json): Json {
  if (typeof value !== "string" || value.length > TEXT_LENGTH_MAX) return value;
  const text = value.trim();
  if (!mayBeJson(text)) return value;
  for (const known of LAST_READ) if (known.text === text) return known.value;
  const parsed = parseJson(text);
  if (parsed === undefined) return value;
  const read = typeof parsed === "string" ? parseText(parsed) : parsed;
  if (text.length <= KEPT_LENGTH_MAX) keep(text, read);
  return read;
}

/** What was read last: several dialects, and several questions, read the same few texts of a span. */
const LAST_READ: { readonly text: string; readonly value: Json }[] = [];
const KEPT_MAX = 8;
/** What is kept in memory has an end. */
const KEPT_LENGTH_MAX = 256 * 1024;
let oldest = 0;

function keep(text: string, value: Json): void {
  LAST_READ[oldest] = { text, value };
  oldest = (oldest + 1) % KEPT_MAX;
}

/** By its first character. */
function mayBeJson(text: string): boolean {
  const first = text.charCodeAt(0);
  return first === OPEN_LIST || first === OPEN_OBJECT || first === QUOTE;
}

const QUOTE = 34;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** A structure written as JSON or as a Python literal (`{'query': 'x'}`); undefined for any other text. */
export function parseStructure(text: string): Json | undefined {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) return undefined;
  const value = parseJson(trimmed) ?? parsePythonLiteral(trimmed);
  return typeof value === "object" && value !== null ? value : undefined;
}

/** A tool call's arguments: the structure they are; the raw text where it is none. No arguments are `{}`. */
export function parseArguments(value: Json | undefined): Json {
  if (value === undefined || value === null) return {};
  if (typeof value !== "string") return value;
  return value.trim() === "" ? {} : (parseStructure(value) ?? parseText(value));
}

/** The object in a value, which may be written as text. */
export function objectIn(value: Json | undefined): { readonly [key: string]: Json | undefined } | undefined {
  const parsed = value === undefined ? undefined : parseText(value);
  return isJsonObject(parsed) ? parsed : undefined;
}

/** The list in a value, which may be written as text. */
export function listIn(value: Json | undefined): readonly Json[] | undefined {
  const parsed = value === undefined ? undefined : parseText(value);
  return Array.isArray(parsed) ? (parsed as readonly Json[]) : undefined;
}

/** Deeper than any message or schema; whoever reads a value afterwards must not run out of stack. */
const DEPTH_MAX = 128;

function parseJson(text: string): Json | undefined {
  if (isTooDeep(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function isTooDeep(text: string): boolean {
  // Each level is opened and closed.
  if (text.length <= 2 * DEPTH_MAX) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) at = endOfString(text, at);
    else if (character === OPEN_LIST || character === OPEN_OBJECT) depth += 1;
    else if (character === CLOSE_LIST || character === CLOSE_OBJECT) depth -= 1;
    if (depth > DEPTH_MAX) return true;
  }
  return false;
}

/** Where the string that begins here ends: at the next quote that is not escaped. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}
