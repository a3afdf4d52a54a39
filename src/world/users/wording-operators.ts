import type { Random } from "../../kernel/index.ts";
import { pick } from "./draw.ts";
import type { MessyOperator } from "./messy-operator.ts";
import { ABBREVIATIONS, EMOJI, FILLERS, FOREIGN_WORDS, PHRASES, SLANG, SOUNDS_ALIKE } from "./phrases.ts";
import { addSentences } from "./sentences.ts";
import { mapPlainText, mapPlainWords } from "./words.ts";

/** How it is written: words change, facts stay. */
export const WORDING_OPERATORS: readonly MessyOperator[] = [
  {
    name: "typos",
    sentence: "Letters are swapped, dropped, doubled or hit beside their key.",
    apply: (text, { random, strength }) =>
      mapPlainWords(text, (word) => (random() < strength * 0.6 ? misspell(word, random) : word)),
  },
  {
    name: "slang",
    sentence: "As one writes to a friend.",
    apply: (text, { random, strength }) =>
      mapPlainText(text, (run) =>
        SLANG.reduce(
          (said, [phrase, slang]) => said.replaceAll(phrase, (found) => (random() < strength ? slang : found)),
          run,
        ),
      ),
  },
  {
    name: "abbreviations",
    sentence: "Long words are cut short.",
    apply: (text, { random, strength }) =>
      mapPlainWords(text, (word) =>
        replaceWord(word, (core) => (random() < strength ? ABBREVIATIONS[core] : undefined)),
      ),
  },
  {
    name: "emoji",
    sentence: "Feelings stand between the words.",
    apply: (text, { random, strength }) =>
      mapPlainWords(text, (word) =>
        /[.!?,]$/.test(word) && random() < strength
          ? `${word} ${pick(EMOJI, random).repeat(1 + Math.floor(random() * 2))}`
          : word,
      ) + (random() < strength ? ` ${pick(EMOJI, random)}` : ""),
  },
  {
    name: "voice-transcript",
    sentence: "Spoken and transcribed: no punctuation, fillers, words that sound alike.",
    apply: (text, { random, strength }) =>
      mapPlainWords(text, (word) => {
        if (random() >= strength) return word;
        const plain = word.toLowerCase().replaceAll(/[.,;:!?()]/g, "");
        const heard = SOUNDS_ALIKE[plain] ?? plain;
        return random() < 0.15 ? `${heard} ${pick(FILLERS, random)}`.trim() : heard || word;
      }),
  },
  {
    name: "mixed-language",
    sentence: "Two languages in one sentence.",
    apply: (text, { random, strength }) => {
      const language = Math.floor(random() * 3);
      const mixed = mapPlainWords(text, (word) =>
        replaceWord(word, (core) => (random() < strength ? FOREIGN_WORDS[core]?.[language] : undefined)),
      );
      return random() < strength ? addSentences(mixed, { after: [pick(PHRASES.mixedTail, random)] }) : mixed;
    },
  },
];

/** Keeps what stands around the word, and a capital at its beginning. */
function replaceWord(word: string, find: (core: string) => string | undefined): string {
  return word.replace(/\p{L}+/u, (core) => {
    const found = Object.hasOwn(ABBREVIATIONS, core.toLowerCase()) || Object.hasOwn(FOREIGN_WORDS, core.toLowerCase());
    const other = found ? find(core.toLowerCase()) : undefined;
    if (other === undefined) return core;
    return /^\p{Lu}/u.test(core) ? other.charAt(0).toUpperCase() + other.slice(1) : other;
  });
}

const KEY_ROWS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"] as const;

function misspell(word: string, random: Random): string {
  const letters = [...word];
  const places = letters.flatMap((letter, index) => (/\p{L}/u.test(letter) ? [index] : []));
  if (places.length < 3) return word;
  const at = pick(places.slice(1), random);
  const kind = Math.floor(random() * 4);
  if (kind === 0 && /\p{L}/u.test(letters[at - 1] ?? "")) {
    [letters[at - 1], letters[at]] = [letters[at]!, letters[at - 1]!];
  } else if (kind === 1) letters.splice(at, 1);
  else if (kind === 2) letters.splice(at, 0, letters[at]!);
  else letters[at] = neighbourKey(letters[at]!, random);
  return letters.join("");
}

function neighbourKey(letter: string, random: Random): string {
  const row = KEY_ROWS.find((keys) => keys.includes(letter.toLowerCase()));
  if (!row) return letter;
  const at = row.indexOf(letter.toLowerCase());
  return pick(
    [row[at - 1], row[at + 1]].filter((key) => key !== undefined),
    random,
  );
}
