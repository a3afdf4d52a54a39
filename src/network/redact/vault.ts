import { looksRandom } from "./looks-random.ts";

/** The secrets met so far, and what stands for each. One per cassette: the same secret gets the same placeholder. */
export interface Vault {
  /** Takes note of the secret, counts it, and says what stands for it. */
  hide(secret: string, kind: string): string;
  /** What is looked for letter by letter: the secrets given, and those met that cannot be anything else. */
  known(): readonly KnownSecret[];
  /** What was hidden since the last call, by kind. */
  takeCounts(): Readonly<Record<string, number>>;
}

export interface KnownSecret {
  /** UTF-8 bytes, one character each. */
  readonly text: string;
  readonly kind: string;
}

const PLACEHOLDER = /\[redacted:[a-z0-9-]+:\d+\]/;
const LEARNED_MAX = 2_000;
/** A shorter one would be found in ordinary words. */
const GIVEN_SECRET_CHARACTERS_MIN = 6;

export function hasPlaceholder(text: string): boolean {
  return text.includes("[redacted:") && PLACEHOLDER.test(text);
}

/** Placeholders without kind and number: those depend on what was met before. */
export function withPlainPlaceholders(text: string): string {
  return text.includes("[redacted:") ? text.replaceAll(/\[redacted:[a-z0-9-]+:\d+\]/g, PLAIN_PLACEHOLDER) : text;
}

export const PLAIN_PLACEHOLDER = "[redacted]";

/** @param given the values that programs of the trial know, of whatever shape */
export function openVault(given: readonly string[]): Vault {
  const placeholders = new Map<string, string>();
  const lastNumbers = new Map<string, number>();
  const known = new Set<string>();
  let counts: Record<string, number> = {};
  const list: KnownSecret[] = [];
  const learn = (text: string, kind: string) => {
    if (known.has(text)) return;
    known.add(text);
    list.push({ text, kind });
  };
  // The longest first: one may be part of another.
  for (const secret of given.toSorted((left, right) => right.length - left.length)) {
    if (secret.length >= GIVEN_SECRET_CHARACTERS_MIN) learn(Buffer.from(secret).toString("latin1"), "environment");
  }
  return {
    hide: (secret, kind) => {
      counts[kind] = (counts[kind] ?? 0) + 1;
      const before = placeholders.get(secret);
      if (before !== undefined) return before;
      const number = (lastNumbers.get(kind) ?? 0) + 1;
      const placeholder = `[redacted:${kind}:${number}]`;
      lastNumbers.set(kind, number);
      placeholders.set(secret, placeholder);
      if (known.size < LEARNED_MAX && looksRandom(secret)) learn(secret, kind);
      return placeholder;
    },
    known: () => list,
    takeCounts: () => {
      const taken = counts;
      counts = {};
      return taken;
    },
  };
}
