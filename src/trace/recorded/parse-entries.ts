import type { Json } from "../../kernel/index.ts";
import { isJsonObject } from "../../kernel/index.ts";
import { findJsonError } from "./find-json-error.ts";
import { explainJsonError, parseJsonText } from "./parse-json-text.ts";
import type { Row } from "./read-rows.ts";
import type { RefusedRow } from "./recorded-trial.ts";

export interface ParsedText {
  /** The whole value; undefined for JSON lines. */
  readonly whole?: Json;
  /** What the file holds: itself, the members of its list, or its lines. */
  readonly entries: readonly Row[];
  readonly refused: readonly RefusedRow[];
}

/**
 * A file that is one JSON value, or one value per line. A line that is no JSON is refused, the others stay.
 * @throws {AegisError} "import.bad_format" with line and column where nothing of it is JSON
 */
export function parseEntries(file: string, text: string, format: string): ParsedText {
  const whole = tryParse(text);
  if (whole !== undefined) return { whole, entries: entriesOf(file, whole), refused: [] };
  const lines = parseLines(file, text);
  if (lines.entries.length > 0) return lines;
  const value = parseJsonText(file, text, format);
  return { whole: value, entries: entriesOf(file, value), refused: [] };
}

/**
 * As `parseEntries`, with what Python writes for numbers that are none taken as null: Inspect writes them for scores
 * that were not given.
 */
export function parseWithoutNaN(file: string, text: string): ParsedText | undefined {
  const error = findJsonError(text);
  if (!/^-?(?:NaN|Infinity)\b/.test(text.slice(error, error + 10))) return undefined;
  const whole = tryParse(nullForNaN(text));
  return whole === undefined ? undefined : { whole, entries: entriesOf(file, whole), refused: [] };
}

/** What stands outside of strings, with null for the words that are no numbers. */
function nullForNaN(text: string): string {
  const parts: string[] = [];
  for (let at = 0; at < text.length;) {
    const quote = text.indexOf('"', at);
    const end = quote < 0 ? text.length : quote;
    parts.push(text.slice(at, end).replaceAll(/-?\b(?:NaN|Infinity)\b/g, "null"));
    at = quote < 0 ? end : stringEnd(text, quote);
    parts.push(text.slice(end, at));
  }
  return parts.join("");
}

/** Behind the quote that closes the string which this one opens. */
function stringEnd(text: string, quote: number): number {
  let close = quote;
  let backslashCount = 0;
  do {
    close = text.indexOf('"', close + 1);
    if (close < 0) return text.length;
    for (backslashCount = 0; text[close - 1 - backslashCount] === "\\"; backslashCount += 1);
  } while (backslashCount % 2 === 1);
  return close + 1;
}

function parseLines(file: string, text: string): ParsedText {
  const entries: Row[] = [];
  const refused: RefusedRow[] = [];
  // A file that is one broken value is no list of lines: its first line is no whole object.
  if (!isJsonObject(tryParse(text.slice(0, text.search(/\n|$/))))) return { entries, refused };
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const where = `line ${index + 1}`;
    const value = tryParse(line);
    if (value !== undefined) entries.push({ file, where, value });
    else {
      const offset = findJsonError(line);
      const why = `is not JSON at column ${offset + 1}: ${explainJsonError(line, offset, "line")}`;
      refused.push({ file, where, why });
    }
  }
  return { entries, refused };
}

function entriesOf(file: string, whole: Json): Row[] {
  if (!Array.isArray(whole)) return [{ file, where: "file", value: whole }];
  return (whole as readonly Json[]).map((value, index) => ({ file, where: `[${index}]`, value }));
}

function tryParse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
