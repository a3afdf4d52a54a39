import { SHAPE_MARKERS } from "./look-for-shapes.ts";

/**
 * Beginnings of the words that names of secrets have (see `look-behind-names.ts`), whatever their case: three letters at
 * least. They are much easier to look for than names.
 */
const PIECES =
  "passw passp passc pwd secr key cred cooki auth connec toke sess jwt sid sig code hmac hash ticke amz- oog-".split(
    " ",
  );

/** What the last three characters of a text may be the end of. */
export interface Ended {
  readonly pieces: readonly string[];
  /** Without the space that some end in. */
  readonly markers: readonly string[];
}

/** By number; the first is nothing. */
const ENDED: Ended[] = [{ pieces: [], markers: [] }];
/** Three characters of eight bits. */
const trigrams = new Set<number>();

/** By the hash of the last three characters: the number of what may end in them, 0 for most. */
export const ENDINGS = new Uint16Array(1 << 15);

for (const piece of PIECES) {
  for (let cases = 0; cases < 8; cases += 1) {
    const end = Array.from(piece.slice(-3), (letter, index) => ((cases >> index) & 1 ? letter.toUpperCase() : letter));
    add(end.join(""), (ended) => ({ ...ended, pieces: [...new Set([...ended.pieces, piece])] }));
  }
}
for (const marker of SHAPE_MARKERS) {
  add(marker.trimEnd().slice(-3), (ended) => ({ ...ended, markers: [...ended.markers, marker.trimEnd()] }));
}

function add(end: string, change: (ended: Ended) => Ended): void {
  let ending = 0;
  let trigram = 0;
  for (let at = 0; at < end.length; at += 1) {
    ending = nextEnding(ending, end.charCodeAt(at));
    trigram = (trigram << 8) | end.charCodeAt(at);
  }
  trigrams.add(trigram);
  const number = ENDINGS[ending] || ENDED.length;
  ENDED[number] = change(endedBy(number));
  ENDINGS[ending] = number;
}

/** Fifteen bits, so that the fourth character from the end has no part in it. */
export function nextEnding(ending: number, code: number): number {
  return ((ending << 5) ^ code) & 0x7fff;
}

/** @param number of `ENDINGS` */
export function endedBy(number: number): Ended {
  return ENDED[number] ?? { pieces: [], markers: [] };
}

/** @param trigram three bytes in one number */
export function endsTelling(trigram: number): boolean {
  return trigrams.has(trigram);
}
