import { LIMITS } from "../kernel/index.ts";
import { wordsOf } from "./words-of.ts";

// oxlint-disable-next-line no-control-regex
const IS_ASCII = /^[\0-\x7f]*$/;
/** A word that `wordsOf` cuts: see its limit. */
const LONG_WORD = /[a-z0-9]{65}/i;

/** A text that SQLite's `ascii` tokenizer makes the words of that `wordsOf` does: of plain text, in a tenth of the time. */
export function tokenizable(text: string): string {
  const whole = text.slice(0, LIMITS.traceTextCharactersMax);
  if (IS_ASCII.test(whole) && !LONG_WORD.test(whole)) return whole.replaceAll("\0", " ");
  return wordsOf(whole).join(" ");
}

/** Each word of a text once, as many as Postgres takes. */
export function distinctWords(text: string): string[] {
  let characters = 0;
  const kept: string[] = [];
  for (const word of new Set(wordsOf(text.slice(0, LIMITS.traceTextCharactersMax)))) {
    characters += word.length;
    if (characters > LIMITS.traceWordsCharactersMax) break;
    kept.push(word);
  }
  return kept;
}
