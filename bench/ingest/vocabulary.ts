import type { Random } from "../../src/kernel/index.ts";

const SYLLABLES = "ra ne to mi ka lo se vu pi da re no ti ma co le su vi po de an er ol in us".split(" ");
const WORDS = 30_000;

/** Made-up words, the n-th of which is said about 1/n as often as the first, as in any language. */
export class Vocabulary {
  readonly #words = Array.from({ length: WORDS }, (_, index) => wordOf(index));
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The word that is the n-th most common one. */
  word(rank: number): string {
    return this.#words[rank] ?? "";
  }

  /** A text of at least so many characters. */
  say(characters: number): string {
    let text = this.#next();
    while (text.length < characters) text += ` ${this.#next()}`;
    return text;
  }

  #next(): string {
    return this.#words[Math.floor(WORDS ** this.#random()) - 1] ?? "";
  }
}

function wordOf(index: number): string {
  let [text, rest] = ["", index + 7];
  for (; rest > 0; rest = Math.floor(rest / SYLLABLES.length)) text += SYLLABLES[rest % SYLLABLES.length];
  return text;
}
