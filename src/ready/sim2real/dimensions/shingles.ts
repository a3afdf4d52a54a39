import { words } from "../reading/words-of.ts";

const SHINGLE_WORDS = 5;

/** Every five words in a row: texts that share sentences share most of them, wherever the sentences stand. */
export function shinglesOf(text: string): ReadonlySet<string> {
  const all = words(text);
  const count = Math.max(1, all.length - SHINGLE_WORDS + 1);
  return new Set(Array.from({ length: count }, (_, start) => all.slice(start, start + SHINGLE_WORDS).join(" ")));
}
