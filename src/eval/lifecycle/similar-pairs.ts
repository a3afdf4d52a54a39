import { setDistance } from "./words-of-text.ts";

interface Item {
  readonly id: string;
  readonly words: ReadonlySet<string>;
}

/**
 * Every pair of sets at most so far apart (Jaccard), without comparing all with all: two sets that share enough share
 * one of their rarest few members, so only those are looked up.
 *
 * @param distanceMax in [0, 1)
 * @see R. J. Bayardo, Y. Ma & R. Srikant (2007), Scaling Up All Pairs Similarity Search, WWW 2007
 */
export function similarPairs(
  items: readonly Item[],
  distanceMax: number,
): { readonly a: string; readonly b: string; readonly distance: number }[] {
  const counts = new Map<string, number>();
  for (const { words } of items) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const seenWith = new Map<string, Item[]>();
  const pairs: { a: string; b: string; distance: number }[] = [];
  for (const item of items.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const rarest = [...item.words].toSorted((a, b) => counts.get(a)! - counts.get(b)! || (a < b ? -1 : 1));
    // So many members another set can miss and still be near.
    const prefix = rarest.slice(0, Math.floor(distanceMax * rarest.length) + 1);
    const candidates = new Set(prefix.flatMap((word) => seenWith.get(word) ?? []));
    for (const other of candidates) {
      const distance = setDistance(other.words, item.words);
      if (distance <= distanceMax) pairs.push({ a: other.id, b: item.id, distance });
    }
    for (const word of prefix) {
      const list = seenWith.get(word);
      if (list) list.push(item);
      else seenWith.set(word, [item]);
    }
  }
  return pairs.toSorted((a, b) => (a.a === b.a ? (a.b < b.b ? -1 : 1) : a.a < b.a ? -1 : 1));
}
