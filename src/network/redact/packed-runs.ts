import { ENDINGS, letterOf, nextEnding } from "./trigrams.ts";

/** Of characters that base64 is written with, in all but the lowest bits; 0 for all others. */
const RUN_MARKS = new Int32Array(1 << 16);
const IN_RUN = 1 << 31;
/** Of those among them that words are not written with. No text is so long that its characters' count comes so far. */
const FLAG = 1 << 30;
const FLAG_TO_16 = 26;
const SEXTETS = new Uint8Array(128);
const NO_DIGIT = 255;
const HEX_DIGITS = new Uint8Array(1 << 16).fill(NO_DIGIT);

[..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].forEach((character, value) => {
  SEXTETS[character.charCodeAt(0)] = value;
  RUN_MARKS[character.charCodeAt(0)] = /[a-z/]/.test(character) ? IN_RUN : IN_RUN | FLAG;
});
for (const [character, value] of [
  ["-", 62],
  ["_", 63],
] as const) {
  SEXTETS[character.charCodeAt(0)] = value;
  RUN_MARKS[character.charCodeAt(0)] = IN_RUN;
}
[..."0123456789abcdef"].forEach((digit, value) => {
  HEX_DIGITS[digit.charCodeAt(0)] = value;
  HEX_DIGITS[digit.toUpperCase().charCodeAt(0)] = value;
});

/** What `lookIntoBase64` leaves as it is. */
const RUN_MIN = 8;
const ORDINARY_MAX = 24;
/** Mails and certificates have lines of such lengths. */
const LINE_MIN = 60;
const LINE_MAX = 77;
const HEX_MIN = 16;

/** All that a look along a text goes by, of one character: its letter, and how it stands to runs. */
export const CHARACTER_MARKS = Int32Array.from({ length: 256 }, (_, code) => (RUN_MARKS[code] ?? 0) | letterOf(code));

/** How long the run is that ends in this character, and whether more than a word may be in it. Without a branch: it is hot. */
export function nextInRun(run: number, mark: number): number {
  return ((run + 1) & (mark >> 31)) | (mark & FLAG);
}

/** True at one character of each run, at least, that `lookIntoBase64` looks into. */
export function isLongRun(run: number): boolean {
  return (run & (FLAG - 1)) + ((run & FLAG) >> FLAG_TO_16) >= ORDINARY_MAX;
}

export function runStart(text: string, from: number, floor: number): number {
  let start = from;
  while (start > floor && RUN_MARKS[text.charCodeAt(start - 1)] !== 0) start -= 1;
  return start;
}

export function runEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && RUN_MARKS[text.charCodeAt(end)] !== 0) end += 1;
  return end;
}

export function isWord(text: string, start: number, end: number): boolean {
  return end - start < ORDINARY_MAX && /^(?:[a-z_/-]+|[A-Z][a-z]+)$/.test(text.slice(start, end));
}

/** Whether what is written in base64 or hexadecimal may say or hold a secret: read from each place it may begin at. */
export function mayTellPacked(text: string, start: number, end: number): boolean {
  const length = end - start;
  const next = text.charCodeAt(end);
  const goesOn = next === 10 || next === 13 || next === 92;
  if (goesOn && length >= LINE_MIN && length <= LINE_MAX) return true;
  return tellsInBase64(text, start, end) || (length >= HEX_MIN && tellsInHex(text, start, end));
}

/** Base64 of what gzip begins with. */
const GZIP = 0x1f8b08;

/** Bytes as they are unpacked, one after the other. */
class Unpacked {
  #letters = 0;
  #trigram = 0;
  #runLength = 0;

  clear(): void {
    this.#letters = 0;
    this.#trigram = 0;
    this.#runLength = 0;
  }

  /** Whether they may, with this one, end in part of a secret, of its name, or of something packed once more. */
  isTellingWith(byte: number): boolean {
    const mark = CHARACTER_MARKS[byte] ?? 0;
    this.#letters = nextEnding(this.#letters, mark);
    this.#trigram = ((this.#trigram << 8) | byte) & 0xffffff;
    this.#runLength = mark < 0 ? this.#runLength + 1 : 0;
    if (this.#runLength >= RUN_MIN || ENDINGS[this.#letters] !== 0) return true;
    return isEscape(this.#trigram) || this.#trigram === GZIP;
  }
}

const unpacked = new Unpacked();

function isEscape(trigram: number): boolean {
  const first = trigram >> 16;
  if (first !== PERCENT && first !== BACKSLASH) return false;
  const [second, third] = [(trigram >> 8) & 255, trigram & 255];
  if (first === PERCENT) return HEX_DIGITS[second] !== NO_DIGIT && HEX_DIGITS[third] !== NO_DIGIT;
  return second === SLASH || (second === LETTER_U && third === ZERO);
}

const PERCENT = 37;
const SLASH = 47;
const ZERO = 48;
const BACKSLASH = 92;
const LETTER_U = 117;

function tellsInBase64(text: string, start: number, end: number): boolean {
  for (let shift = 0; shift < 4; shift += 1) if (tellsInBase64From(text, start + shift, end)) return true;
  return false;
}

function tellsInBase64From(text: string, start: number, end: number): boolean {
  unpacked.clear();
  let bits = 0;
  for (let at = start; at < end; at += 1) {
    bits = (bits << 6) | (SEXTETS[text.charCodeAt(at)] ?? 0);
    const place = (at - start) & 3;
    if (place === 0) continue;
    if (unpacked.isTellingWith((bits >> (6 - 2 * place)) & 255)) return true;
  }
  return false;
}

function tellsInHex(text: string, start: number, end: number): boolean {
  return tellsInHexFrom(text, start, end) || tellsInHexFrom(text, start + 1, end);
}

function tellsInHexFrom(text: string, start: number, end: number): boolean {
  unpacked.clear();
  for (let at = start; at + 1 < end; at += 2) {
    const high = HEX_DIGITS[text.charCodeAt(at)] ?? NO_DIGIT;
    const low = HEX_DIGITS[text.charCodeAt(at + 1)] ?? NO_DIGIT;
    if (high === NO_DIGIT || low === NO_DIGIT) {
      unpacked.clear();
      continue;
    }
    if (unpacked.isTellingWith(high * 16 + low)) return true;
  }
  return false;
}
