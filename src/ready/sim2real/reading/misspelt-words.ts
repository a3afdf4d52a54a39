import { words } from "./words-of.ts";

const LENGTH_MIN = 5;
/** Longer ones are no words, and have too many parts. */
const LENGTH_MAX = 24;
/** A word that so many runs write is spelt right, whatever the language. */
const USUAL_RUNS_MIN = 5;

/** Says of a word whether it looks like a slip of a usual one. */
export type IsMisspelt = (word: string) => boolean;

/**
 * Needs no dictionary: a word that only one of all runs writes, one letter (added, lost, changed, or two swapped) away
 * from a word that many write, is taken for a slip. First letter and ending must agree, so that "orders" is no slip of
 * "order" and "cooking" none of "booking".
 *
 * @param texts of each run, of both sides together: nothing here knows which side a run is of
 */
export function learnSpelling(texts: Iterable<string>): IsMisspelt {
  const runCounts = new Map<string, number>();
  for (const text of texts) {
    for (const word of new Set(plainWords(text))) runCounts.set(word, (runCounts.get(word) ?? 0) + 1);
  }
  const usualByPart = new Map<string, string[]>();
  for (const [word, count] of runCounts) {
    if (count < USUAL_RUNS_MIN) continue;
    for (const part of partsOf(word)) {
      const there = usualByPart.get(part);
      if (there) there.push(word);
      else usualByPart.set(part, [word]);
    }
  }
  return (word) =>
    isPlain(word) &&
    runCounts.get(word) === 1 &&
    partsOf(word).some((part) => usualByPart.get(part)?.some((usual) => isSlipOf(word, usual)));
}

/** Lower-case words: names and codes have no right spelling. */
export function plainWords(text: string): string[] {
  return words(text).filter(isPlain);
}

function isPlain(word: string): boolean {
  return word.length >= LENGTH_MIN && word.length <= LENGTH_MAX && /^\p{Ll}+$/u.test(word);
}

/** The word, and the word without each of its letters: two words one slip apart share one of these. */
function partsOf(word: string): string[] {
  return [word, ...Array.from(word, (_, index) => word.slice(0, index) + word.slice(index + 1))];
}

function isSlipOf(word: string, usual: string): boolean {
  return word !== usual && word[0] === usual[0] && word.slice(-2) === usual.slice(-2) && isOneSlip(word, usual);
}

function isOneSlip(word: string, usual: string): boolean {
  let start = 0;
  while (start < word.length && word[start] === usual[start]) start += 1;
  let end = 0;
  const room = Math.min(word.length, usual.length) - start;
  while (end < room && word.at(-1 - end) === usual.at(-1 - end)) end += 1;
  const left = word.slice(start, word.length - end);
  const right = usual.slice(start, usual.length - end);
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}
