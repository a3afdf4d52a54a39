/**
 * In SQLite's full-text index every word and every mark begins with the number of the stretch of time its trace is in. So the
 * beginning of a word, of which the index looks at all that go on from it, is looked for in one stretch after the other,
 * the newest first, until a page is full.
 */

/** What SQLite's `ascii` tokenizer takes for a word. */
const WORD = /[A-Za-z0-9\u0080-\uffff]+/g;

/** No number of a stretch is the beginning of another's with the letter behind it. */
export function wordIn(stretch: number, word: string): string {
  return `${stretch}x${word}`;
}

export function markIn(stretch: number, mark: string): string {
  return `${stretch}y${mark}`;
}

/** A text and marks as the index takes them. */
export function textIn(stretch: number, found: { readonly marks: readonly string[]; readonly words: string }): string {
  const marks = found.marks.map((mark) => markIn(stretch, mark));
  return `${marks.join(" ")} ${found.words.replace(WORD, wordIn(stretch, "$&"))}`;
}
