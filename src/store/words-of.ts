import { isJsonObject, type Json } from "../kernel/index.ts";

/** A longer word is known by its beginning: databases refuse endless ones. */
const WORD_CHARACTERS_MAX = 64;

/** One character of a script that is written without spaces, or a row of letters, their marks and digits. */
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])[\p{L}\p{M}\p{N}])+/gu;

/** Most texts: the same words, found ten times as fast. */
// oxlint-disable-next-line no-control-regex
const IS_ASCII = /^[\0-\x7f]*$/;
const ASCII_WORD = /[a-z0-9]+/g;

/**
 * The words of a text as they are searched for: lower case, without accents. Cut here and not by the database, so that
 * every store finds the same, and no text is ever taken for an operator.
 */
export function wordsOf(text: string): string[] {
  const words = IS_ASCII.test(text) ? text.toLowerCase().match(ASCII_WORD) : plainOf(text).match(WORD);
  return (words ?? []).map((word) =>
    word.length <= WORD_CHARACTERS_MAX ? word : [...word].slice(0, WORD_CHARACTERS_MAX).join(""),
  );
}

function plainOf(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .normalize("NFC");
}

/** All texts inside a value, however deep. */
export function textsOf(value: Json): string[] {
  const texts: string[] = [];
  const waiting: (Json | undefined)[] = [value];
  for (let next = waiting.pop(); next !== undefined || waiting.length > 0; next = waiting.pop()) {
    if (typeof next === "string") texts.push(next);
    else if (Array.isArray(next)) for (const member of next.toReversed()) waiting.push(member);
    else if (isJsonObject(next)) for (const member of Object.values(next).toReversed()) waiting.push(member);
  }
  return texts;
}
