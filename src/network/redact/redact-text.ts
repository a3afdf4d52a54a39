import { namePattern } from "./look-behind-names.ts";
import { secretsByShape } from "./look-for-shapes.ts";
import type { RedactionOptions } from "./redact-exchange.ts";
import { hideValue } from "./scan.ts";
import { scanOnly, type ScanTools } from "./scan-text.ts";
import { nameSecret } from "./secret-name.ts";
import { openVault } from "./vault.ts";

/** Hides secrets in texts and in named values of whatever kind: one for what belongs together. */
export interface TextRedactor {
  text(text: string): string;
  /** The value of a member, header or attribute of this name. */
  named(name: string, value: string): string;
  /** What was hidden since the last call, by kind. */
  takeCounts(): Readonly<Record<string, number>>;
}

/**
 * What stands beside nearly every secret: how it begins, or what it is called. Where none of it is, the long look, which
 * takes a hundred times as long, finds nothing but what somebody encoded on purpose.
 */
const SURE_HINTS =
  "pass(?:word|wd|phrase|code)|pwd|secret|api.?key|private.?key|access.?key|credential|cookie|authoriz|connection.?string";
const UNSURE_HINTS = "(?:token|key|auth|session|jwt|sid|signature|sig)";
const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

export function openTextRedactor({ secrets = [], names = [] }: RedactionOptions = {}): TextRedactor {
  const tools: ScanTools = {
    vault: openVault(secrets),
    nameSecret: nameSecret(names),
    namePattern: namePattern(names),
  };
  const own = [...names, ...secrets].map((text) => escaped(text));
  // A value follows: eight characters without a space, none of them closing what names like `max_tokens: 5` open.
  const hints = new RegExp(
    [SURE_HINTS, String.raw`${UNSURE_HINTS}["'\\]{0,4}\s{0,3}[=:>]{1,2}[\s"'\\]{0,5}[\w.~+/%-]{8}`, ...own].join("|"),
    "i",
  );
  const mayHold = (text: string) =>
    text.length >= 8 && (secretsByShape(text).length > 0 || hints.test(text) || isLearned(text));
  const isLearned = (text: string) => tools.vault.known().some((known) => text.includes(known.text));
  const clean = (text: string) => toText(scanOnly(toBytes(text), tools));
  return {
    text: (text) => (mayHold(text) ? clean(text) : text),
    named(name, value) {
      const secret = tools.nameSecret(name, "document");
      if (secret?.isSure === true) return toText(hideValue(toBytes(value), secret.kind, tools.vault));
      return mayHold(value) || secret !== undefined ? clean(value) : value;
    },
    takeCounts: () => tools.vault.takeCounts(),
  };
}

/** Looks take places for byte offsets. */
function toBytes(text: string): string {
  return Buffer.from(text).toString("latin1");
}

function toText(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}
