/** Fewer words are the same by chance: "yes", "and for Friday?". */
const WORDS_MIN = 4;
const WORDS_MAX = 200;
const CHARACTERS_MAX = 4_000;
/** Shared words over all words of both. */
const SHARE_MIN = 0.75;

/**
 * The words of a request that carry meaning, each once, as numbers: most requests are only found to be different from
 * others, which the texts of their words would make much dearer.
 */
export type RequestWords = readonly number[];

/** Asks the same in mostly the same words, in any order. */
export function isSameRequest(before: RequestWords, after: RequestWords): boolean {
  return isSameAsOneOf([before], after);
}

export function isSameAsOneOf(others: readonly RequestWords[], own: RequestWords): boolean {
  let isPlaced = false;
  for (const other of others) {
    const [few, many] = other.length <= own.length ? [other.length, own.length] : [own.length, other.length];
    if (few < WORDS_MIN || few / many < SHARE_MIN) continue;
    if (!isPlaced) placeAll(own);
    isPlaced = true;
    if (sharesMost(other, own.length)) return true;
  }
  return false;
}

function placeAll(words: RequestWords): void {
  places.fill(0);
  for (const number of words) places[placeOf(number, places)] = number;
}

/** With the words that are in their places. */
function sharesMost(words: RequestWords, placedCount: number): boolean {
  const all = words.length + placedCount;
  let sharedMost = words.length;
  for (const number of words) {
    if (places[placeOf(number, places)] === number) continue;
    sharedMost -= 1;
    if (sharedMost / (all - sharedMost) < SHARE_MIN) return false;
  }
  return sharedMost / (all - sharedMost) >= SHARE_MIN;
}

export function requestWords(text: string): RequestWords {
  const plain = text.slice(0, CHARACTERS_MAX).replaceAll("\u2019", "'").toLowerCase();
  const numbers: number[] = [];
  places.fill(0);
  for (let at = 0; at < plain.length && numbers.length < WORDS_MAX; at += 1) {
    const start = at;
    let number = WORD_START;
    for (; at < plain.length; at += 1) {
      const code = plain.charCodeAt(at);
      if (BETWEEN_WORDS[code] === 1) break;
      number = goOn(number, code);
    }
    if (at > start) addWord(finish(number), numbers);
  }
  return numbers;
}

/** The number by which a word is known; `word` is in lower case. */
export function wordNumber(word: string): number {
  let number = WORD_START;
  for (let at = 0; at < word.length; at += 1) number = goOn(number, word.charCodeAt(at));
  return finish(number);
}

/** Far more than words: few of them want the same place. A power of two. */
const PLACES = 512;
/** Where words of one text at a time are found by their number; 0 is a free place. Made once: made anew it costs as much as reading. */
const places = new Int32Array(PLACES);

function addWord(number: number, numbers: number[]): void {
  const place = placeOf(number, places);
  if (places[place] === number || IDLE[placeOf(number, IDLE)] === number) return;
  places[place] = number;
  numbers.push(number);
}

/** Where the number is, or where it would go. */
function placeOf(number: number, among: Int32Array): number {
  let place = number & (PLACES - 1);
  while (among[place] !== 0 && among[place] !== number) place = (place + 1) & (PLACES - 1);
  return place;
}

const WORD_START = 0x811c9dc5 | 0;

/** FNV-1a, by characters instead of bytes. */
function goOn(number: number, code: number): number {
  return Math.imul(number ^ code, 0x01000193);
}

/** Thirty bits, and never 0. */
function finish(number: number): number {
  return ((number ^ (number >>> 15)) & 0x3fffffff) | 0x40000000;
}

const IDLE = new Int32Array(PLACES);
for (const word of "a an the to of in on for and or is are was be it i me my we you your this that with please can could would like want need hi hello hey just so as at from".split(
  " ",
)) {
  const number = wordNumber(word);
  IDLE[placeOf(number, IDLE)] = number;
}

/** By character code: 1 for white space and the marks of a sentence. */
const BETWEEN_WORDS = new Uint8Array(0x10000);
for (const mark of '\t\n\v\f\r .,;:!?()"*\u201c\u201d\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff') {
  BETWEEN_WORDS[mark.charCodeAt(0)] = 1;
}
