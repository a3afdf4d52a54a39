import { SHAPE_MARKERS } from "./look-for-shapes.ts";

/**
 * Beginnings of the words that names of secrets have (see `look-behind-names.ts`), whatever their case. They are much easier
 * to look for than names: by three letters in a row that are rare in other words, in capitals here.
 */
const PIECES =
  "paSSW paSSP paSSC PWD sECR KEY CREd coOKI aUTH conNEC tOKE sESS JWT SID SIG CODe HMAc hASH tiCKE AMZ- oOG-".split(
    " ",
  );

/** Something telling, and where it stands around the three characters it is looked for by. */
export interface Telling {
  /** A piece of a name in lower case, or how a secret begins, without the space that some end in. */
  readonly text: string;
  readonly isName: boolean;
  /** From the last of the three characters back to the first of all. */
  readonly back: number;
}

/** By number; the first is nothing. */
const TELLINGS: Telling[][] = [[]];

/** What letters and marks are told apart by: five bits, the same for both cases. */
const LETTERS = new Uint8Array(256);
const MARKS = "-_./";
/** Digits are rare enough where something telling may be to be one, and a colon with them. */
const DIGIT = 31;

for (let letter = 1; letter <= 26; letter += 1) LETTERS[64 + letter] = LETTERS[96 + letter] = letter;
for (let mark = 0; mark < MARKS.length; mark += 1) LETTERS[MARKS.charCodeAt(mark)] = 27 + mark;
for (const digit of "0123456789:") LETTERS[digit.charCodeAt(0)] = DIGIT;

/** By the last three letters: the number of what may be told by them, 0 for most. */
export const ENDINGS = new Uint8Array(1 << 15);

for (const piece of PIECES) {
  const first = piece.search(/[A-Z]/);
  add({ text: piece.toLowerCase(), isName: true, back: first + 2 }, piece.slice(first, first + 3));
}
for (const text of new Set(SHAPE_MARKERS.map((marker) => marker.trimEnd()))) {
  const first = rarestOf(text);
  add({ text, isName: false, back: first + 2 }, text.slice(first, first + 3));
}

/** Its end mostly; letters with a mark between them are rarer than a domain's end. */
function rarestOf(marker: string): number {
  const domain = marker.indexOf(".sl");
  return domain === -1 ? marker.length - 3 : domain;
}

function add(telling: Telling, letters: string): void {
  let ending = 0;
  for (let at = 0; at < letters.length; at += 1) ending = nextEnding(ending, letterOf(letters.charCodeAt(at)));
  const number = ENDINGS[ending] || TELLINGS.length;
  TELLINGS[number] = [...tellingsOf(number), telling];
  ENDINGS[ending] = number;
}

/** @param code 0 to 255 */
export function letterOf(code: number): number {
  return LETTERS[code] ?? 0;
}

/** @param mark its lowest five bits are the letter */
export function nextEnding(ending: number, mark: number): number {
  return ((ending << 5) | (mark & 31)) & 0x7fff;
}

/** @param number of `ENDINGS` */
export function tellingsOf(number: number): readonly Telling[] {
  return TELLINGS[number] ?? [];
}
