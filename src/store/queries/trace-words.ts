import { LIMITS } from "../../kernel/index.ts";
import { wordsOf } from "../words-of.ts";

/** Each word of a text once, as many as a database takes. */
export function distinctWords(text: string): string[] {
  const words = new Set(wordsOf(text.slice(0, LIMITS.traceTextCharactersMax)));
  let characters = 0;
  const kept: string[] = [];
  for (const word of words) {
    characters += word.length;
    if (characters > LIMITS.traceWordsCharactersMax) break;
    kept.push(word);
  }
  return kept;
}
