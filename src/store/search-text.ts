import { LIMITS } from "../kernel/index.ts";
import { wordsOf } from "./words-of.ts";

// oxlint-disable-next-line no-control-regex
const IS_ASCII = /^[\0-\x7f]*$/;
/**
 * A text that SQLite's `ascii` tokenizer makes the words of that `wordsOf` does, once `textIn` has cut the long ones: of plain
 * text, in a tenth of the time.
 */
export function tokenizable(text: string): string {
  const whole = text.slice(0, LIMITS.traceTextCharactersMax);
  return IS_ASCII.test(whole) ? whole : wordsOf(whole).join(" ");
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
