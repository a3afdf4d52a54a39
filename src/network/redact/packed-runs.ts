import { ENDINGS, endsTelling, nextEnding } from "./trigrams.ts";

/** Of characters that base64 is written with: all bits; 0 for all others. */
const RUN_MASKS = new Int32Array(1 << 16);
/** Of those among them that words are not written with: the bit beyond all counts. */
const RUN_FLAGS = new Int32Array(1 << 16);
const FLAG = 1 << 10;
const SEXTETS = new Uint8Array(128);
const NO_DIGIT = 255;
const HEX_DIGITS = new Uint8Array(1 << 16).fill(NO_DIGIT);

[..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].forEach((character, value) => {
  SEXTETS[character.charCodeAt(0)] = value;
  RUN_MASKS[character.charCodeAt(0)] = -1;
  RUN_FLAGS[character.charCodeAt(0)] = /[a-z/]/.test(character) ? 0 : FLAG;
});
for (const [character, value] of [
  ["-", 62],
  ["_", 63],
] as const) {
  SEXTETS[character.charCodeAt(0)] = value;
  RUN_MASKS[character.charCodeAt(0)] = -1;
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

/** How long the run is that ends in this character, and whether more than a word may be in it. Without a branch: it is hot. */
export function nextInRun(run: number, code: number): number {
  return ((run + 1) & (RUN_MASKS[code] ?? 0)) | (RUN_FLAGS[code] ?? 0);
}

/** True at one character of each run, at least, that `lookIntoBase64` looks into. */
export function isLongRun(run: number): boolean {
  return ((run + ((run & FLAG) >> 6)) & (FLAG - 1)) >= ORDINARY_MAX;
}

export function runStart(text: string, from: number, floor: number): number {
  let start = from;
  while (start > floor && RUN_MASKS[text.charCodeAt(start - 1)] !== 0) start -= 1;
  return start;
}

export function runEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && RUN_MASKS[text.charCodeAt(end)] !== 0) end += 1;
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

/** Bytes as they are unpacked, by where the packing began. */
class Unpacking {
  #ending = 0;
  #trigram = 0;
  #runLength = 0;

  begin(): void {
    this.#ending = 0;
    this.#trigram = 0;
    this.#runLength = 0;
  }

  /** @returns true where the bytes so far may be part of a secret, of its name, or of something packed once more */
  next(byte: number): boolean {
    this.#ending = nextEnding(this.#ending, byte);
    this.#trigram = ((this.#trigram << 8) | byte) & 0xffffff;
    this.#runLength = RUN_MASKS[byte] === 0 ? 0 : this.#runLength + 1;
    if (this.#runLength >= RUN_MIN) return true;
    if (ENDINGS[this.#ending] !== 0 && endsTelling(this.#trigram)) return true;
    return isEscape(this.#trigram) || this.#trigram === GZIP;
  }
}

function isEscape(trigram: number): boolean {
  const [first, second, third] = [trigram >> 16, (trigram >> 8) & 255, trigram & 255];
  if (first === 37) return HEX_DIGITS[second] !== NO_DIGIT && HEX_DIGITS[third] !== NO_DIGIT;
  return first === 92 && (second === 47 || (second === 117 && third === 48));
}

/** One for each place that what is packed may begin at; used again and again. */
const SHIFTS = [new Unpacking(), new Unpacking(), new Unpacking(), new Unpacking()] as const;

function tellsInBase64(text: string, start: number, end: number): boolean {
  for (const shift of SHIFTS) shift.begin();
  let before = 0;
  for (let at = start; at < end; at += 1) {
    const sextet = SEXTETS[text.charCodeAt(at)] ?? 0;
    for (let shift = 0; shift < 4 && shift < at - start; shift += 1) {
      const place = (at - start - shift) & 3;
      if (place === 0) continue;
      const byte =
        place === 1
          ? (before << 2) | (sextet >> 4)
          : place === 2
            ? ((before & 15) << 4) | (sextet >> 2)
            : ((before & 3) << 6) | sextet;
      if (SHIFTS[shift]?.next(byte) === true) return true;
    }
    before = sextet;
  }
  return false;
}

function tellsInHex(text: string, start: number, end: number): boolean {
  const [even, odd] = SHIFTS;
  even.begin();
  odd.begin();
  let before = NO_DIGIT;
  for (let at = start; at < end; at += 1) {
    const digit = HEX_DIGITS[text.charCodeAt(at)] ?? NO_DIGIT;
    if (digit === NO_DIGIT) {
      even.begin();
      odd.begin();
    } else if (before !== NO_DIGIT && (at % 2 === 0 ? even : odd).next(before * 16 + digit)) return true;
    before = digit;
  }
  return false;
}
