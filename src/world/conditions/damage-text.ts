import type { Random } from "../../kernel/index.ts";
import { pick } from "../users/draw.ts";
import { mapPlainWords } from "../users/words.ts";

interface Damage {
  readonly random: Random;
  /** In [0, 1]: the share of words it reaches. */
  readonly strength: number;
}

/** UTF-8 that was read as Windows-1252, entities shown as text, characters that were lost. Ids and numbers stay. */
export function damageEncoding(text: string, { random, strength }: Damage): string {
  return mapPlainWords(text, (word) => (random() < strength ? damageWord(word, random) : word));
}

function damageWord(word: string, random: Random): string {
  const misread = word.replaceAll(/['’‘]/g, "â€™").replaceAll(/[^\u0000-\u007fâ€™]/gu, misreadCharacter);
  if (misread !== word) return misread;
  if (/[&<>]/.test(word)) return word.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const at = Math.floor(random() * (word.length + 1));
  return word.slice(0, at) + pick(["\ufffd", "&nbsp;", "Â", "Ã©", "%20", "=20"], random) + word.slice(at);
}

/** Each byte of the character's UTF-8, as Latin-1 shows it. */
function misreadCharacter(character: string): string {
  return [...new TextEncoder().encode(character)].map((byte) => String.fromCharCode(byte)).join("");
}

const CONTROL = [
  "\u0000",
  "\u0007",
  "\u0008",
  "\u001b[31m",
  "\u200b",
  "\u202e",
  "\u2066",
  "\ufeff",
  "\u0085",
  "\u2028",
];

/** Control characters, escape sequences and marks that nobody sees, between and within words. */
export function insertControl(text: string, { random, strength }: Damage): string {
  return mapPlainWords(text, (word) => {
    if (random() >= strength) return word;
    const at = Math.floor(random() * (word.length + 1));
    return word.slice(0, at) + pick(CONTROL, random) + word.slice(at);
  });
}

/** The beginning of a message that was sent too early; never all of it. */
export function truncate(text: string, { random, strength }: Damage): string {
  const characters = [...text];
  const keptMax = Math.max(1, Math.ceil(characters.length * (1 - 0.9 * strength)) - 1);
  return characters.slice(0, 1 + Math.floor(random() * keptMax)).join("");
}

const OTHER_SCRIPTS = [
  "請幫我處理這件事。",
  "Пожалуйста, помогите мне с этим.",
  "من فضلك ساعدني في هذا الأمر.",
  "お願いします、急いでいます。",
  "कृपया इसमें मेरी मदद करें।",
  "Παρακαλώ βοηθήστε με.",
  "제발 도와주세요.",
  "Lütfen bana yardım edin, çok acil.",
] as const;

/** Sentences in other languages and scripts around the message; they ask for help and add nothing. */
export function mixScripts(text: string, { random, strength }: Damage): string {
  const count = Math.ceil(strength * 4);
  const sentences = Array.from({ length: count }, () => pick(OTHER_SCRIPTS, random));
  const before = sentences.slice(0, Math.floor(count / 2));
  return [...before, text, ...sentences.slice(before.length)].join(" ");
}
