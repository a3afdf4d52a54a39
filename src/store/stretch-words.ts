/**
 * In SQLite's full-text index every word and every mark begins with the number of the stretch of time its trace is in. So the
 * beginning of a word, of which the index looks at all that go on from it, is looked for in one stretch after the other,
 * the newest first, until a page is full.
 */

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
  return `${marks.join(" ")} ${beforeEachWord(found.words, wordIn(stretch, ""))}`;
}

/** Byte by byte: a third of the time that replacing takes, of text that comes by the megabyte. */
function beforeEachWord(text: string, prefix: string): string {
  const bytes = Buffer.from(text);
  const longest = Math.ceil(bytes.length / 2) * prefix.length;
  const written = Buffer.allocUnsafe(bytes.length + longest);
  let end = 0;
  let isInWord = false;
  for (const byte of bytes) {
    const isOfWord = IS_OF_WORD[byte] === 1;
    if (isOfWord && !isInWord) end += written.write(prefix, end, "latin1");
    isInWord = isOfWord;
    written[end] = byte;
    end += 1;
  }
  return written.toString("utf8", 0, end);
}

/** What SQLite's `ascii` tokenizer takes for part of a word: letters, digits, and every byte of what is not ASCII. */
const IS_OF_WORD = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 128 || /[A-Za-z0-9]/.test(String.fromCharCode(byte)) ? 1 : 0,
);
