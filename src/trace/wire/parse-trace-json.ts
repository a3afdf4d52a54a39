import { type Json, LIMITS } from "../../kernel/index.ts";
import { badPayload } from "./bad-payload.ts";

const QUOTE = 34;
const BACKSLASH = 92;
const ID_KEY = /(?:trace|span|parent)_?id"$/i;
/** A shorter one is exact as a number. */
const BIG_DIGITS = 16;

/**
 * Parses JSON of spans. Whole numbers that JSON.parse would round come as text: hexadecimal with 0x in fields of ids
 * (Python's tracers write ids as numbers of 128 bits), decimal everywhere else.
 * @throws {AegisError} "trace.bad_payload"
 */
export function parseTraceJson(text: string): Json {
  try {
    return JSON.parse(withBigNumbersAsText(text)) as Json;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // The parser's own message quotes the text, which is not for everybody's eyes.
    throw badPayload("it is no JSON", error);
  }
}

/** One walk over the text, string by string; it also finds out how deep it is before a parser has to. */
function withBigNumbersAsText(text: string): string {
  const parts: string[] = [];
  let copiedTo = 0;
  let depth = 0;
  let keyStart = 0;
  let keyEnd = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      keyStart = at;
      at = endOfString(text, at);
      keyEnd = at + 1;
    } else if (code === 123 || code === 91) {
      depth += 1;
      if (depth > LIMITS.traceJsonDepthMax) throw badPayload(`it is nested deeper than ${LIMITS.traceJsonDepthMax}`);
    } else if (code === 125 || code === 93) depth -= 1;
    else if (code >= 48 && code <= 57) {
      const end = endOfNumber(text, at);
      if (end - at >= BIG_DIGITS) {
        const start = text.charCodeAt(at - 1) === 45 ? at - 1 : at;
        const quoted = quotedIfBig(text.slice(start, end), text.slice(keyStart, keyEnd));
        if (quoted !== undefined) {
          parts.push(text.slice(copiedTo, start), quoted);
          copiedTo = end;
        }
      }
      at = end - 1;
    }
  }
  return copiedTo === 0 ? text : parts.join("") + text.slice(copiedTo);
}

/** The index of the quote that closes it, or the text's end. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let first = end;
    while (text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
    if ((end - first) % 2 === 0) return end;
  }
  return text.length;
}

/** Digits, and what else a number may have in it. */
function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    const isPart =
      (code >= 48 && code <= 57) || code === 46 || code === 69 || code === 101 || code === 43 || code === 45;
    if (!isPart) break;
  }
  return end;
}

function quotedIfBig(number: string, key: string): string | undefined {
  if (!/^-?\d+$/.test(number) || Number.isSafeInteger(Number(number))) return undefined;
  // More digits than 128 bits have are no id and no time: left to the parser.
  if (number.length > 40) return undefined;
  return ID_KEY.test(key) && !number.startsWith("-") ? `"0x${BigInt(number).toString(16)}"` : `"${number}"`;
}
