import { SHAPE_MARKERS } from "./look-for-shapes.ts";

/**
 * What stands beside nearly every secret: how it begins, or what it is called. Where none of it is, the long look, which
 * takes a hundred times as long, finds nothing but what somebody encoded on purpose.
 */
const HINTS =
  /pass(?:word|wd|phrase|code)|pwd|secret|api.?key|private.?key|access.?key|credential|cookie|authoriz|connection.?string|(?:token|key|auth|session|jwt|sid|signature|sig)["'\\]{0,4}\s{0,3}[=:>]{1,2}[\s"'\\]{0,5}[\w.~+/%-]{8}/i;
/** In any hint stands one of these, whatever its case: they are much easier to look for. Three letters at least. */
const PIECES = "passw passp passc pwd secr key cred cooki oriz conne toke auth sessi jwt sid sig".split(" ");
/** No hint reaches farther from the end of its piece. */
const HINT_BEFORE = 24;
const HINT_BEHIND = 40;

/** What a text is suspected of: a value behind a telling name, or a secret of a known shape. */
export interface Suspicion {
  readonly ofHint: boolean;
  readonly ofShape: boolean;
}

const NONE: Suspicion = { ofHint: false, ofShape: false };

/** By the last three characters: 1 where something that is looked for ends in them. */
const ENDINGS = new Uint8Array(1 << 15);
const MARKERS_BY_ENDING = new Map<number, string[]>();
const PIECES_BY_ENDING = new Map<number, string[]>();

for (const piece of PIECES) {
  for (let cases = 0; cases < 8; cases += 1) {
    const end = Array.from(piece.slice(-3), (letter, index) => ((cases >> index) & 1 ? letter.toUpperCase() : letter));
    const ending = markEnding(end.join(""));
    PIECES_BY_ENDING.set(ending, [...(PIECES_BY_ENDING.get(ending) ?? []), piece]);
  }
}
for (const marker of SHAPE_MARKERS) {
  const ending = markEnding(marker);
  MARKERS_BY_ENDING.set(ending, [...(MARKERS_BY_ENDING.get(ending) ?? []), marker]);
}

function markEnding(text: string): number {
  let ending = 0;
  for (let at = 0; at < text.length; at += 1) ending = nextEnding(ending, text.charCodeAt(at));
  ENDINGS[ending] = 1;
  return ending;
}

/** Fifteen bits, so that the fourth character from the end has no part in it. */
function nextEnding(ending: number, code: number): number {
  return ((ending << 5) ^ code) & 0x7fff;
}

/** Texts without suspicion that were looked at last: prompts repeat the ones before them. */
export class SuspicionFinder {
  readonly #clean: string[] = [];

  find(text: string): Suspicion {
    const known = text.length < KNOWN_LENGTH_MIN ? -1 : this.#clean.findIndex((clean) => goesOn(text, clean));
    const from = known === -1 ? 0 : Math.max(0, (this.#clean[known]?.length ?? 0) - 1 - HINT_BEHIND);
    const found = suspicionFrom(text, from);
    if (found !== NONE || text.length < KNOWN_LENGTH_MIN || text.length > KNOWN_LENGTH_MAX) return found;
    if (known !== -1) this.#clean.splice(known, 1);
    this.#clean.unshift(text);
    if (this.#clean.length > KNOWN_MAX) this.#clean.pop();
    return NONE;
  }
}

const KNOWN_MAX = 4;
const KNOWN_LENGTH_MIN = 400;
const KNOWN_LENGTH_MAX = 2 * 1024 * 1024;

/** All but the bracket that closes a list. */
function goesOn(text: string, clean: string): boolean {
  const length = clean.length - 1;
  return text.length > length && text.slice(0, length) === clean.slice(0, length);
}

function suspicionFrom(text: string, from: number): Suspicion {
  let ending = 0;
  let ofShape = false;
  for (let at = from; at < text.length; at += 1) {
    ending = nextEnding(ending, text.charCodeAt(at));
    if (ENDINGS[ending] === 0) continue;
    if (isHint(text, at, ending)) return { ofHint: true, ofShape };
    ofShape ||= isMarker(text, at, ending);
  }
  return ofShape ? { ofHint: false, ofShape } : NONE;
}

function isHint(text: string, at: number, ending: number): boolean {
  const pieces = PIECES_BY_ENDING.get(ending);
  const isPiece = pieces?.some((piece) => text.slice(at + 1 - piece.length, at + 1).toLowerCase() === piece) === true;
  return isPiece && HINTS.test(text.slice(Math.max(0, at - HINT_BEFORE), at + HINT_BEHIND));
}

function isMarker(text: string, at: number, ending: number): boolean {
  const markers = MARKERS_BY_ENDING.get(ending);
  return markers !== undefined && markers.some((marker) => text.startsWith(marker, at + 1 - marker.length));
}
