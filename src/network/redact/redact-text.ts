import { namePattern } from "./look-behind-names.ts";
import { secretsByShape } from "./look-for-shapes.ts";
import type { RedactionOptions } from "./redact-exchange.ts";
import { hideValue } from "./scan.ts";
import { scanOnly, type ScanTools } from "./scan-text.ts";
import { nameSecret } from "./secret-name.ts";
import { SuspicionFinder } from "./suspicion.ts";
import { openVault } from "./vault.ts";

/** Hides secrets in texts and in named values of whatever kind: one for what belongs together. */
export interface TextRedactor {
  text(text: string): string;
  /** The value of a member, header or attribute of this name. */
  named(name: string, value: string): string;
  /** What was hidden since the last call, by kind. */
  takeCounts(): Readonly<Record<string, number>>;
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

export function openTextRedactor({ secrets = [], names = [] }: RedactionOptions = {}): TextRedactor {
  const tools: ScanTools = {
    vault: openVault(secrets),
    nameSecret: nameSecret(names),
    namePattern: namePattern(names),
  };
  const own = [...names, ...secrets].map((text) => escaped(text));
  const ownHints = own.length === 0 ? undefined : new RegExp(own.join("|"), "i");
  const suspicions = new SuspicionFinder();
  const mayHold = (text: string) => {
    if (text.length < 8) return false;
    const { ofHint, ofShape } = suspicions.find(text);
    const isSuspect = ofHint || (ofShape && secretsByShape(text).length > 0) || ownHints?.test(text) === true;
    return isSuspect || isLearned(text);
  };
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
