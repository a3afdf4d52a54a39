import type { Random } from "../../kernel/index.ts";
import { shuffle } from "./draw.ts";

/** So many of them that the strongest says all there is to say; none at strength 0. */
export function drawSentences(
  sentences: readonly string[],
  { random, strength }: { readonly random: Random; readonly strength: number },
): string[] {
  return shuffle(sentences, random).slice(0, Math.ceil(strength * sentences.length));
}

/** Sentences around what was said. */
export function addSentences(
  text: string,
  { before = [], after = [] }: { readonly before?: readonly string[]; readonly after?: readonly string[] },
): string {
  return [...before, text, ...after].filter((part) => part !== "").join(" ");
}
