/** One string of a JSON document, by the places of its first and behind its last character, quotes left out. */
export interface JsonString {
  readonly start: number;
  readonly end: number;
  readonly hasEscape: boolean;
}

/**
 * The strings of JSON wherever it lies: whole documents, lines, events, documents that were cut. A string that runs over a
 * line's end is none: so one stray quote spoils one line only.
 */
export function* jsonStrings(text: string): Generator<JsonString> {
  let newline = text.indexOf("\n");
  let backslash = text.indexOf("\\");
  let open = text.indexOf('"');
  while (open !== -1) {
    const start = open + 1;
    if (newline !== -1 && newline < start) newline = text.indexOf("\n", start);
    if (backslash !== -1 && backslash < start) backslash = text.indexOf("\\", start);
    const hasEscapeAt = backslash;
    let end = text.indexOf('"', start);
    while (end !== -1 && backslash !== -1 && backslash < end) {
      // A backslash takes the character behind it along, be it a quote or another backslash.
      const next = backslash + 2;
      if (end < next) end = text.indexOf('"', next);
      backslash = text.indexOf("\\", next);
    }
    if (newline !== -1 && (end === -1 || newline < end)) {
      open = text.indexOf('"', newline);
      continue;
    }
    const last = end === -1 ? text.length : end;
    yield { start, end: last, hasEscape: hasEscapeAt !== -1 && hasEscapeAt < last };
    open = end === -1 ? -1 : text.indexOf('"', end + 1);
  }
}

/** Several at once, and never half a pair: two may be one character. */
const ESCAPES = /(?:\\u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}){1,4096}|\\[^u]/g;

/** Undefined where it is no JSON string. Characters written as `\uXXXX` become their UTF-8 bytes, as all others are. */
export function unescapeJson(raw: string): string | undefined {
  const bytewise = raw.replaceAll("\t", "\\t").replaceAll(ESCAPES, (escapes) => {
    if (escapes[1] !== "u") return escapes;
    const characters = JSON.parse(`"${escapes}"`) as string;
    return escapeJson(Buffer.from(characters).toString("latin1"));
  });
  try {
    return JSON.parse(`"${bytewise}"`) as string;
  } catch {
    return undefined;
  }
}

export function escapeJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
