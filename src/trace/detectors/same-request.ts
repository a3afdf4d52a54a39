/** Fewer words are the same by chance: "yes", "and for Friday?". */
const WORDS_MIN = 4;
const WORDS_MAX = 200;
const CHARACTERS_MAX = 4_000;
/** Shared words over all words of both. */
const SHARE_MIN = 0.75;

const IDLE = new Set(
  "a an the to of in on for and or is are was be it i me my we you your this that with please can could would like want need hi hello hey just so as at from".split(
    " ",
  ),
);

/** The words of a request that carry meaning. */
export type RequestWords = ReadonlySet<string>;

/** Asks the same in mostly the same words, in any order. */
export function isSameRequest(before: RequestWords, after: RequestWords): boolean {
  const [fewer, more] = before.size <= after.size ? [before, after] : [after, before];
  if (fewer.size < WORDS_MIN || fewer.size / more.size < SHARE_MIN) return false;
  let shared = 0;
  for (const word of fewer) if (more.has(word)) shared += 1;
  return shared / (fewer.size + more.size - shared) >= SHARE_MIN;
}

export function requestWords(text: string): RequestWords {
  const words = new Set<string>();
  for (const word of wordsOf(text)) if (!IDLE.has(word) && words.size < WORDS_MAX) words.add(word);
  return words;
}

/** Lower case, in order; the marks of a sentence are between them. */
function wordsOf(text: string): string[] {
  const plain = text.slice(0, CHARACTERS_MAX).toLowerCase().replaceAll("\u2019", "'");
  return plain.match(/[^\s.,;:!?()"*\u201c\u201d]+/g) ?? [];
}
