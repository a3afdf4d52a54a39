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

/** Marks, and each word of a text, as the index takes them: most words once, long ones cut. */
export function textIn(stretch: number, found: { readonly marks: string; readonly words: string }): string {
  return `${beforeEachWord(found.marks, markIn(stretch, ""))}${beforeEachWord(found.words, wordIn(stretch, ""))}`;
}

/** Made once: they are in use for one text at a time. */
let bytes = new Uint8Array(64 * 1024);
let written = Buffer.alloc(4 * bytes.length);
/** The words of the text at hand, by their hash: where each was written. Of several with one hash the last is known. */
const writtenAt = new Int32Array(4_096);
const NOWHERE = -1;
const SPACE = 32;
/** As `wordsOf` cuts them, which is not loaded in the database's thread. */
const WORD_CHARACTERS_MAX = 64;
const encoder = new TextEncoder();

/** Byte by byte: a fraction of the time that replacing takes, of text that comes by the megabyte. */
function beforeEachWord(text: string, prefix: string): string {
  makeRoom(text.length * 3, prefix.length);
  const [from, to] = [bytes, written];
  const { written: length } = encoder.encodeInto(text, from);
  writtenAt.fill(NOWHERE);
  let end = 0;
  for (let at = 0; at < length;) {
    if (WORD_BYTE[from[at]!] === 0) {
      at += 1;
      continue;
    }
    const start = end;
    for (let index = 0; index < prefix.length; index += 1) to[end++] = prefix.charCodeAt(index);
    let hash = 0;
    let characters = 0;
    for (let byte = 0; at < length && (byte = WORD_BYTE[from[at]!]!) !== 0; at += 1) {
      // The later bytes of a character do not count.
      if ((byte & 0xc0) !== 0x80) characters += 1;
      if (characters > WORD_CHARACTERS_MAX) continue;
      hash = (Math.imul(hash, 31) + byte) | 0;
      to[end++] = byte;
    }
    to[end++] = SPACE;
    const place = (hash ^ (hash >>> 15)) & (writtenAt.length - 1);
    if (isSame(to, { start, earlier: writtenAt[place]!, length: end - start })) end = start;
    else writtenAt[place] = start;
  }
  return to.toString("utf8", 0, end);
}

function makeRoom(byteCount: number, prefixLength: number): void {
  if (byteCount > bytes.length) bytes = new Uint8Array(byteCount);
  const needed = byteCount + Math.ceil(byteCount / 2) * (prefixLength + 1);
  if (needed > written.length) written = Buffer.alloc(needed);
}

/** The space behind the one ends a comparison with a longer other. */
function isSame(
  text: Uint8Array,
  word: { readonly start: number; readonly earlier: number; readonly length: number },
): boolean {
  const { start, earlier, length } = word;
  if (earlier === NOWHERE) return false;
  for (let index = 0; index < length; index += 1) {
    if (text[start + index] !== text[earlier + index]) return false;
  }
  return true;
}

/**
 * What SQLite's `ascii` tokenizer takes for part of a word, in lower case as it does: letters, digits, and every byte of what is
 * not ASCII. 0 for all else.
 */
const WORD_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte).toLowerCase();
  if (byte >= 128) return byte;
  return /[a-z0-9]/.test(character) ? character.charCodeAt(0) : 0;
});
