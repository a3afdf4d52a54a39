import type { Edit } from "./edit.ts";
import type { NameSecret } from "./secret-name.ts";
import { hasPlaceholder, type Vault } from "./vault.ts";

/** What every way of looking for secrets has at hand. Texts are bytes, one character each, so that places are byte offsets. */
export interface Scan {
  readonly vault: Vault;
  readonly nameSecret: NameSecret;
  /** What a name that may hide its value looks like, with what stands between it and the value. */
  readonly namePattern: RegExp;
  /** What was unwrapped (unescaped, decoded), without its secrets; the same text where there are none. */
  inner(text: string): string;
}

/** One way of looking. The edits are in order, none over another. */
export type Look = (text: string, scan: Scan) => Edit[];

/** `Bearer abc`: what comes before the secret is kept. */
const SCHEME = /^(?:bearer|basic|token|apikey|api-key|digest|negotiate|aws4-hmac-sha256|sso-key|key)\s{1,8}/i;
const NO_SECRET = /^(?:|true|false|null|none|undefined|string|\*{1,99}|x{1,99}|bearer|basic)$/i;

/** The value of a name that hides it. */
export function hideValue(value: string, kind: string, vault: Vault): string {
  if (NO_SECRET.test(value) || hasPlaceholder(value)) return value;
  const scheme = SCHEME.exec(value)?.[0] ?? "";
  return `${scheme}${vault.hide(value.slice(scheme.length), kind)}`;
}

/** `%41` becomes the byte; a form's `+` a space. */
export function decodePercent(text: string, { isForm = false } = {}): string {
  const spaced = isForm ? text.replaceAll("+", " ") : text;
  if (!spaced.includes("%")) return spaced;
  return spaced.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

/** Of bytes, one character each. @param kept what needs no encoding where it comes to stand */
export function encodePercent(text: string, kept = ""): string {
  return text.replaceAll(/[^\w.~-]/g, (character) =>
    kept.includes(character) ? character : `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}
