import type { Edit } from "./edit.ts";
import { looksRandom, looksSecret } from "./looks-random.ts";
import { decodePercent, hideValue, type Look, type Scan } from "./scan.ts";
import type { SecretName } from "./secret-name.ts";

const HINTS =
  "pass(?:word|wd|phrase|code)|pwd|secret|token|key|auth|credential|cookie|session|signature|sig|code|jwt|sid|x-amz-|x-goog-|connection.?string";

/** A name that may hide its value: group 1 is its end, group 2 what parts it from the value, group 3 a quote. */
export function namePattern(names: readonly string[]): RegExp {
  const own = names.map((name) => `|${name.replaceAll(/[^A-Za-z0-9]/g, ".?")}`).join("");
  return new RegExp(`((?:${HINTS}${own})[\\w.-]{0,40})(["']?\\s{0,3}(?::=|=>|[=:>])\\s{0,3}|\\s{1,3})(["']?)`, "gi");
}

/** In prose, code and settings: `API_KEY=...`, `password: ...`, `--token ...`, `<secret>...`, `?key=...`. */
export const lookBehindNames: Look = (text, scan) => {
  const edits: Edit[] = [];
  let from = 0;
  for (const match of text.matchAll(scan.namePattern)) {
    if (match.index < from) continue;
    const [whole, nameEnd = "", separator = "", quote = ""] = match;
    const nameStart = wordStart(text, match.index);
    const name = text.slice(nameStart, match.index + nameEnd.length);
    const before = text[nameStart - 1] ?? "";
    const inQuery = before === "?" || before === "&";
    const secret = scan.nameSecret(name.replace(/^-+/, ""), inQuery ? "query" : "document");
    if (!secret) continue;
    const isOption = name.startsWith("--");
    const isTag = before === "<";
    if (separator.trim() === "" ? !isOption : separator.includes(">") !== isTag && !separator.includes("=>")) continue;
    const start = match.index + whole.length;
    const value = valueAt(text, start, quote);
    if (value === undefined) continue;
    const clean = cleanValue(value, { secret, inQuery }, scan);
    if (clean !== value) edits.push({ start, end: start + value.length, text: clean });
    // No name stands within a long word: looking for one at each of its places would take for ever.
    if (clean !== value || value.length > LONG_VALUE) from = start + value.length;
  }
  return edits;
};

const LONG_VALUE = 100;
const PLAIN_VALUE = /[^\s"'&;,<>{}()[\]\\|`]{1,4096}/y;
const QUOTED_VALUES: Readonly<Record<string, RegExp>> = { '"': /[^"\r\n]{1,4096}/y, "'": /[^'\r\n]{1,4096}/y };
const SCHEME_AND_VALUE = /(?:bearer|basic|token|digest)[ \t]{1,8}[^\s"'&;,<>{}()[\]\\|`]{6,4096}/iy;

function valueAt(text: string, start: number, quote: string): string | undefined {
  for (const pattern of [SCHEME_AND_VALUE, QUOTED_VALUES[quote] ?? PLAIN_VALUE]) {
    pattern.lastIndex = start;
    const [value] = pattern.exec(text) ?? [];
    if (value !== undefined) return value;
  }
  return undefined;
}

interface Named {
  readonly secret: SecretName;
  readonly inQuery: boolean;
}

function cleanValue(value: string, { secret, inQuery }: Named, scan: Scan): string {
  const plain = inQuery ? decodePercent(value, { isForm: true }) : value;
  const bare = plain.replace(/^(?:bearer|basic|token|digest)\s{1,8}/i, "");
  const looksRight = inQuery || secret.isSure ? looksSecret : looksRandom;
  const isSecret = bare !== plain || (inQuery && secret.isSure) || looksRight(bare);
  if (!isSecret) return value;
  const hidden = hideValue(plain, secret.kind, scan.vault);
  return hidden === plain ? value : hidden;
}

export function wordStart(text: string, from: number): number {
  let at = from;
  while (at > 0 && from - at < NAME_CHARACTERS_MAX && isNameCharacter(text.charCodeAt(at - 1))) at -= 1;
  return at;
}

export function nameEnd(text: string, from: number, charactersMax: number): number {
  let at = from;
  while (at < text.length && at - from < charactersMax && isNameCharacter(text.charCodeAt(at))) at += 1;
  return at;
}

const NAME_CHARACTERS_MAX = 60;

/** Letters, digits, `_`, `.` and `-`. */
function isNameCharacter(code: number): boolean {
  const isLetter = (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
  return isLetter || (code >= 48 && code <= 57) || code === 95 || code === 46 || code === 45;
}
