import type { Json } from "../kernel/index.ts";

/** As a regular expression, as far as it is asked here. */
export interface TextPattern {
  test(text: string): boolean;
}

/** Longer texts are compared by their beginning: nobody repeats a page by chance. */
const COMPARED_CHARACTERS_MAX = 300;

/**
 * Finds a value in a text however it is written: letters in any case, any blanks between words, and between digits
 * the blanks, dashes, dots and brackets that people put there. `123-45-6789` is found in "SSN 123 45 6789".
 */
export function valuePattern(value: Json): TextPattern {
  const plain = String(value)
    .trim()
    .slice(0, COMPARED_CHARACTERS_MAX)
    .replaceAll(/(?<=\d)[-\s.(),]+(?=\d)/g, "");
  const source = plain
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&")
    .replaceAll(/(?<=\d)(?=\d)/g, "(?:,|[-\\s.()]{0,2})")
    .replaceAll(" ", "\\s+");
  const pattern = new RegExp(source, "giu");
  const isWordAtStart = STARTS_WORD.test(plain);
  const isWordAtEnd = ENDS_IN_WORD.test(plain);
  return {
    test(text) {
      pattern.lastIndex = 0;
      for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
        const end = match.index + match[0].length;
        const isCutAtStart = isWordAtStart && ENDS_IN_WORD.test(text.slice(Math.max(0, match.index - 2), match.index));
        if (!isCutAtStart && !(isWordAtEnd && STARTS_WORD.test(text.slice(end, end + 2)))) return true;
        pattern.lastIndex = match.index + 1;
      }
      return false;
    },
  };
}

// Looked at apart: as part of every value's own expression, these classes take longer to compile than all else.
const STARTS_WORD = /^[\p{L}\p{N}]/u;
const ENDS_IN_WORD = /[\p{L}\p{N}]$/u;

/** Letters and digits alone: where a value's pattern is found in a text, its compact form is found in the compact text. */
export function compactText(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "");
}

export function compactValue(value: Json): string {
  return compactText(String(value).trim().slice(0, COMPARED_CHARACTERS_MAX));
}
