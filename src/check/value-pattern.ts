import type { Json } from "../kernel/index.ts";

/** Longer texts are compared by their beginning: nobody repeats a page by chance. */
const COMPARED_CHARACTERS_MAX = 300;

/**
 * Finds a value in a text however it is written: letters in any case, any blanks between words, and between digits
 * the blanks, dashes, dots and brackets that people put there. `123-45-6789` is found in "SSN 123 45 6789".
 */
export function valuePattern(value: Json): RegExp {
  const plain = String(value)
    .trim()
    .slice(0, COMPARED_CHARACTERS_MAX)
    .replaceAll(/(?<=\d)[-\s.(),]+(?=\d)/g, "");
  const source = plain
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&")
    .replaceAll(/(?<=\d)(?=\d)/g, "(?:,|[-\\s.()]{0,2})")
    .replaceAll(" ", "\\s+");
  const start = /^[\p{L}\p{N}]/u.test(plain) ? "(?<![\\p{L}\\p{N}])" : "";
  const end = /[\p{L}\p{N}]$/u.test(plain) ? "(?![\\p{L}\\p{N}])" : "";
  return new RegExp(start + source + end, "iu");
}

/** Letters and digits alone: where a value's pattern is found in a text, its compact form is found in the compact text. */
export function compactText(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "");
}

export function compactValue(value: Json): string {
  return compactText(String(value).trim().slice(0, COMPARED_CHARACTERS_MAX));
}
