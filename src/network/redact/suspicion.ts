import { type CleanText, CleanTexts, sharedLength } from "./clean-texts.ts";
import { LookAlong } from "./look-along.ts";
import { nameEnd, wordStart } from "./look-behind-names.ts";
import { secretsByShape } from "./look-for-shapes.ts";
import { isWord, mayTellPacked, runEnd, runStart } from "./packed-runs.ts";
import type { NameSecret, SecretName } from "./secret-name.ts";
import { type Telling, tellingsOf } from "./trigrams.ts";

/**
 * What a text may hold, before it is looked through. `none`: nothing but secrets that are known letter by letter, which are
 * looked for apart. `packed`: these also in runs that may be base64. `suspect`: anything that `scanText` would find.
 */
export type Suspicion = "none" | "packed" | "suspect";

/**
 * A look that takes a quarter of the time of `scanText`, for most texts hold no secret. It goes by what must stand in every
 * text that one would be found in, on whatever level it is packed: a telling name with what parts it from a value, how a
 * secret of a known shape begins, an escape, a run of base64 in which one of these is.
 */
export class SuspicionFinder {
  readonly #look: Look;
  readonly #clean = new CleanTexts();
  /** Models, roles, the ids of a conversation: they come again in span after span. */
  readonly #short = new Map<string, Suspicion>();

  constructor(nameSecret: NameSecret) {
    this.#look = new Look(nameSecret);
  }

  find(text: string): Suspicion {
    return text.length <= SHORT_MAX ? this.#findInShort(text) : this.#findInLong(text);
  }

  #findInShort(text: string): Suspicion {
    const before = this.#short.get(text);
    if (before !== undefined) return before;
    const found = this.#look.at(text);
    // What may be a secret is not kept.
    if (found === "suspect") return found;
    if (this.#short.size >= SHORT_COUNT_MAX) this.#short.clear();
    this.#short.set(text, found);
    return found;
  }

  #findInLong(text: string): Suspicion {
    const look = this.#look;
    if (text.length < KEPT_MIN || text.includes(DEEP_ESCAPE)) return look.at(text);
    const clean = this.#clean.like(text);
    const found = clean === undefined ? look.at(text) : look.goOn(text, clean);
    if (found !== "suspect") {
      this.#clean.keep({ text, hasPacked: found === "packed", closerLooks: look.closerLooks() });
    }
    return found;
  }
}

const SHORT_MAX = 64;
const SHORT_COUNT_MAX = 4_096;
const KEPT_MIN = 512;
/** So many that a closer look may go on beyond its reach. */
const DEEP_ESCAPE = "\\".repeat(8);

/** Names and shapes that are looked at closer; a text with more of them is looked through at once. */
const CLOSER_LOOKS_MAX = 1_000;
const NOWHERE: readonly number[] = [];
const LONGEST_ENDING = 16;
/** A closer look goes on no further. */
const REACH = 1_024;
const LINE_FEED = 10;
const QUOTE = 34;
const ZERO = 48;
const EIGHT = 56;
const COLON = 58;
const SLASH = 47;
const BACKSLASH = 92;
const LETTER_U = 117;
const LOWER_CASE = 32;

class Look {
  readonly #nameSecret: NameSecret;
  readonly #along = new LookAlong();
  #text = "";
  #hasPacked = false;
  /** The places that were looked at closer, each behind a name or the beginning of a secret. */
  readonly #closerLooks = new Int32Array(CLOSER_LOOKS_MAX + 100);
  #closerCount = 0;
  /** The run looked at last ends here. */
  #lookedTo = 0;

  constructor(nameSecret: NameSecret) {
    this.#nameSecret = nameSecret;
  }

  /** Those in the text looked at last. */
  closerLooks(): readonly number[] {
    return this.#closerCount === 0 ? NOWHERE : [...this.#closerLooks.subarray(0, this.#closerCount)];
  }

  at(text: string): Suspicion {
    this.#closerCount = 0;
    this.#hasPacked = false;
    return this.#from(text, 0);
  }

  /** @param clean begins as the text does */
  goOn(text: string, clean: CleanText): Suspicion {
    const shared = sharedLength(text, clean.text);
    let from = Math.min(Math.max(0, shared - LONGEST_ENDING), runStart(text, shared, 0));
    // What was seen there may be suspect with what stands behind it now.
    for (const look of clean.closerLooks) {
      if (look + REACH > shared) from = Math.min(from, Math.max(0, look - LONGEST_ENDING));
    }
    this.#closerCount = 0;
    for (const look of clean.closerLooks) if (look < from + LONGEST_ENDING) this.#lookCloser(look);
    this.#hasPacked = clean.hasPacked;
    return this.#from(text, from);
  }

  #from(text: string, from: number): Suspicion {
    this.#text = text;
    this.#lookedTo = 0;
    if (this.#isSuspect(text, from)) return "suspect";
    return this.#hasPacked ? "packed" : "none";
  }

  #isSuspect(text: string, from: number): boolean {
    if (hasEscape(text, from)) return true;
    const along = this.#along;
    along.begin(text, from);
    while (along.next()) {
      if (along.ending !== 0 && this.#isTelling(along.at, along.ending)) return true;
      if (along.isInLongRun && this.#isPacked(along.at, from)) return true;
    }
    return false;
  }

  /** @param at in a run */
  #isPacked(at: number, from: number): boolean {
    if (at < this.#lookedTo) return false;
    const text = this.#text;
    const start = runStart(text, at, from);
    const end = runEnd(text, at);
    this.#lookedTo = end;
    if (isWord(text, start, end)) return false;
    this.#hasPacked = true;
    return mayTellPacked(text, start, end);
  }

  #isTelling(at: number, number: number): boolean {
    const text = this.#text;
    for (const telling of tellingsOf(number)) {
      const start = at - telling.back;
      if (!isAlike(text, start, telling)) continue;
      if (telling.isName ? this.#isName(start, telling.text) : this.#isShape(start, telling.text)) return true;
    }
    return this.#closerCount > CLOSER_LOOKS_MAX;
  }

  #lookCloser(at: number): void {
    this.#closerLooks[this.#closerCount] = at;
    this.#closerCount += 1;
  }

  #isShape(start: number, marker: string): boolean {
    const text = this.#text;
    if (!text.startsWith(marker, start)) return false;
    if (marker === "PRIVATE KEY") return true;
    const end = start + marker.length;
    this.#lookCloser(end);
    SHAPE_REST.lastIndex = end;
    const rest = SHAPE_REST.exec(text)?.[0] ?? "";
    if (rest.length >= SHAPE_REST_MAX) return true;
    const around = text.slice(Math.max(0, end - SHAPE_BEFORE), end + rest.length);
    if (secretsByShape(around).length > 0) return true;
    // What is a line break on the level where it is read would be a letter before the secret here.
    return around.includes("\\") && secretsByShape(withoutEscapes(around)).length > 0;
  }

  #isName(start: number, piece: string): boolean {
    const text = this.#text;
    const end = start + piece.length;
    if (!isWritten(text, start, piece) || !isTellingWord(text, start, piece)) return false;
    this.#lookCloser(end);
    if (piece === "connec") return isConnectionString(text, end);
    return this.#isNamed(start, end) || this.#isQuoted(start, end);
  }

  /** `name=`, `name: `, `--name `, also in quotes. */
  #isNamed(start: number, end: number): boolean {
    const text = this.#text;
    const nameStart = wordStart(text, start);
    const mayBeOption = text.startsWith("--", nameStart) || text[nameStart - 1] === "\\";
    if (!mayBeOption && !isParted(text, end)) return false;
    BEHIND_NAME.lastIndex = end;
    const [whole = "", rest = "", separator = ""] = BEHIND_NAME.exec(text) ?? [];
    const written = text.slice(nameStart, end + rest.length);
    const before = text[nameStart - 1];
    // `\ntoken`, read a level deeper.
    const names = before === "\\" ? [written, written.replace(ESCAPE_END, "")] : [written];
    const isQuery = before === "?" || before === "&";
    return names.some((name) => {
      if (separator === "" && !name.startsWith("--")) return false;
      const secret = this.#nameSecret(name.replace(/^-+/, ""), isQuery ? "query" : "document");
      return (isQuery && secret !== undefined) || this.#mayBeValue(secret, end + whole.length);
    });
  }

  /** A member of a document, with whatever in its name, or what another member says its neighbour is called. */
  #isQuoted(start: number, end: number): boolean {
    const text = this.#text;
    const open = quoteBefore(text, start);
    if (open === -1) return false;
    const close = quoteBehind(text, end, backslashesBefore(text, open));
    if (close === -1) return false;
    const content = text.slice(open + 1, close).replaceAll("\\", "");
    BEHIND_QUOTE.lastIndex = close;
    const colon = BEHIND_QUOTE.exec(text)?.[0];
    if (colon !== undefined) return this.#mayBeValue(this.#nameSecret(content, "document"), close + colon.length);
    return (
      this.#nameSecret(content, "document")?.isSure === true &&
      NAMING.test(text.slice(Math.max(0, open - NAMING_BEFORE), open))
    );
  }

  #mayBeValue(secret: SecretName | undefined, from: number): boolean {
    if (!secret || secret.isSure) return secret !== undefined;
    UNSURE_VALUE.lastIndex = from;
    return UNSURE_VALUE.test(this.#text);
  }
}

/** What differs in more than its case mostly begins or ends otherwise. */
function isAlike(text: string, start: number, { text: telling }: Telling): boolean {
  const last = telling.length - 1;
  return (
    ((text.charCodeAt(start) ^ telling.charCodeAt(0)) & 31) === 0 &&
    ((text.charCodeAt(start + last) ^ telling.charCodeAt(last)) & 31) === 0
  );
}

/** In whatever case. */
function isWritten(text: string, start: number, piece: string): boolean {
  for (let at = 0; at < piece.length; at += 1) {
    if ((text.charCodeAt(start + at) | LOWER_CASE) !== piece.charCodeAt(at)) return false;
  }
  return true;
}

/** As it is read a level deeper, where what is a letter here is a line break or a letter of another alphabet. */
export function withoutEscapes(text: string): string {
  return text.replaceAll(ESCAPED, " ");
}

const SHAPE_BEFORE = 48;
const SHAPE_REST_MAX = 700;
const SHAPE_REST = /\s{0,8}[^\s"'<>\\]{0,700}/y;
const ESCAPED = /\\+(?:u[0-9A-Fa-f]{4}|[nrtbf"']?)/g;

/** What else the word may have that begins so, for it to say that it is a secret; all of it when it is the whole word. */
const REST_OF_WORD: Readonly<Record<string, RegExp>> = {
  key: /[sS]?(?![a-z])/y,
  toke: /[nN][sS]?(?![a-z])/y,
  sess: /[iI][oO][nN]/y,
  auth: /(?![a-z])|[oO][rR][iI][zZ]|[tT][oO][kK]/y,
  sid: /(?![a-z])/y,
  jwt: /(?![a-z])/y,
  sig: /(?![a-z])|[nN][aA][tT]/y,
  code: /(?![a-z])/y,
};
const WHOLE_WORDS = new Set(["sid", "jwt", "sig", "code"]);

function isTellingWord(text: string, start: number, piece: string): boolean {
  const rest = REST_OF_WORD[piece];
  if (rest === undefined) return true;
  rest.lastIndex = start + piece.length;
  if (!rest.test(text)) return false;
  if (!WHOLE_WORDS.has(piece) || !isLowerCase(text.charCodeAt(start))) return true;
  return !isLowerCase(text.charCodeAt(start - 1)) || ESCAPE_BEFORE.test(text.slice(Math.max(0, start - 6), start));
}

const ESCAPE_BEFORE = /\\(?:[nrtbf]|u[0-9A-Fa-f]{4})$/;
const ESCAPE_END = /^(?:[nrtbf]|u[0-9A-Fa-f]{4})/;

function isConnectionString(text: string, end: number): boolean {
  CONNECTION_REST.lastIndex = end;
  return CONNECTION_REST.test(text);
}

const CONNECTION_REST = /tion[^A-Za-z0-9]{0,20}string/iy;
/** A space as it is, escaped, or as a byte of another letter may look like one. */
const SPACE = String.raw`(?:[\s\u0080-\uffff]|\\+[nrt])`;
const BEHIND_NAME = new RegExp(String.raw`([\w.-]{0,60})(?:\\*["'])?${SPACE}{0,12}([=:>]?)`, "y");
const BEHIND_QUOTE = new RegExp(String.raw`"(?:\+|${SPACE}){0,20}:`, "y");
const UNSURE_VALUE = new RegExp(
  String.raw`(?:[=>+'"]|\\+["']|${SPACE}){0,30}(?:\[|(?:bearer|basic|token|digest)\s|(?:[^\s"\\]|\\+.){8})`,
  "iy",
);
/** Nothing else parts a name from its value, or begins what does. */
const PARTING = /[\s"'\\=:>\u0080-\uffff]/;
const REST_OF_NAME_MAX = 60;

/** Whether anything may part the name from its value; the pattern that says it surely is ten times as slow. */
function isParted(text: string, from: number): boolean {
  const end = nameEnd(text, from, REST_OF_NAME_MAX);
  return end < text.length && PARTING.test(text.charAt(end));
}

const NAMING_BEFORE = 300;
const NAMING = new RegExp(
  String.raw`"(?:name|key|header|field)\\*"(?:\+|${SPACE}){0,20}:(?:[[,+]|${SPACE}){0,200}\\*$`,
  "i",
);
/** More than a name has that says something. */
const QUOTED_MAX = 260;

function quoteBefore(text: string, from: number): number {
  for (let at = from - 1; at >= 0 && from - at < QUOTED_MAX; at -= 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === LINE_FEED) return -1;
  }
  return -1;
}

/** The quote that closes what one with so many backslashes opened. */
function quoteBehind(text: string, from: number, backslashes: number): number {
  for (let at = from; at < text.length && at - from < QUOTED_MAX; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE && backslashesBefore(text, at) <= backslashes) return at;
    if (code === LINE_FEED) return -1;
  }
  return -1;
}

function backslashesBefore(text: string, at: number): number {
  let count = 0;
  while (count < QUOTED_MAX && text.charCodeAt(at - 1 - count) === BACKSLASH) count += 1;
  return count;
}

/** Escapes of ASCII, from `from` on: a name or the beginning of a secret may be written with them. */
function hasEscape(text: string, from: number): boolean {
  for (let at = text.indexOf("%", from); at !== -1; at = text.indexOf("%", at + 1)) {
    if (isHexDigit(text.charCodeAt(at + 1)) && isHexDigit(text.charCodeAt(at + 2))) return true;
  }
  for (let at = text.indexOf("\\", from); at !== -1; at = text.indexOf("\\", at + 1)) {
    const next = text.charCodeAt(at + 1);
    if (next === SLASH) return true;
    if (next === LETTER_U && text.startsWith("00", at + 2) && text.charCodeAt(at + 4) < EIGHT) return true;
  }
  return false;
}

function isHexDigit(code: number): boolean {
  return (code >= ZERO && code < COLON) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
}

function isLowerCase(code: number): boolean {
  return code >= 97 && code <= 122;
}
