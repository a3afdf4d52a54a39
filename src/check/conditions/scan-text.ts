import type { Json } from "../../kernel/index.ts";

/** Reads a condition's text piece by piece; blanks between pieces do not matter. */
export interface Scanner {
  take(sign: string): boolean;
  /** Takes the word where it stands alone, in any case. */
  takeWord(word: string): boolean;
  takeCount(): number | undefined;
  /** A tool's name, a path or a grant; quoted where it holds blanks. */
  name(what: string): string;
  /** A number, true, false, null, a JSON list or object, a quoted text, or a bare word. */
  value(): Json;
  isAtEnd(): boolean;
  refuse(expected: string): never;
}

export function scanText(text: string): Scanner {
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    const sticky = new RegExp(`\\s*(?:${pattern.source})`, "iy");
    sticky.lastIndex = at;
    const found = sticky.exec(text);
    if (found) at += found[0].length;
    return found;
  };
  const refuse = (expected: string): never => {
    const rest = text.slice(at).trim();
    throw new Error(
      `"${text}" cannot be read ${rest === "" ? "to its end" : `from "${rest}" on`}: expected ${expected}`,
    );
  };
  const quoted = (): string | undefined => {
    const found = match(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/);
    return found ? (found[1] ?? found[2] ?? "").replaceAll(/\\(["'])/g, "$1") : undefined;
  };
  return {
    take: (sign) => match(new RegExp(sign.replaceAll(/[()]/g, "\\$&"))) !== null,
    takeWord: (word) => match(new RegExp(`${word}(?![^\\s()])`)) !== null,
    takeCount: () => {
      const found = match(/(\d{1,6})(?=\s)/);
      return found ? Number(found[1]) : undefined;
    },
    name: (what) => quoted() ?? match(/(?:\["[^"]*"\]|[^\s()=<>!"'])+/)?.[0].trim() ?? refuse(what),
    value: () => {
      const isJson = /^\s*[[{]/.test(text.slice(at));
      if (isJson) {
        const { value, length } = jsonPrefix(text.slice(at)) ?? refuse("a complete JSON value");
        at += length;
        return value;
      }
      const found = quoted();
      if (found !== undefined) return found;
      return bareValue(match(/[^\s()]+/)?.[0].trim() ?? refuse("a value"));
    },
    isAtEnd: () => text.slice(at).trim() === "",
    refuse,
  };
}

function bareValue(word: string): Json {
  try {
    return JSON.parse(word) as Json;
  } catch {
    return word;
  }
}

/** The shortest beginning that is a whole JSON list or object. */
function jsonPrefix(text: string): { readonly value: Json; readonly length: number } | undefined {
  for (const end of text.matchAll(/[\]}]/g)) {
    const length = end.index + 1;
    try {
      return { value: JSON.parse(text.slice(0, length)) as Json, length };
    } catch {
      // A bracket inside: try the next one.
    }
  }
  return undefined;
}
