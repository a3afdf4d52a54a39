import { AegisError } from "../kernel/index.ts";

export type Category = string | number | boolean;

export interface AgreementCounts {
  /** In order of first appearance. */
  readonly categories: readonly Category[];
  /** counts[i][j]: items the first rater put into categories[i] and the second into categories[j]. */
  readonly counts: readonly (readonly number[])[];
}

/**
 * The table of counts `cohenKappa` reads, from one pair of ratings (first, second rater) an item.
 *
 * @param pairs at least one
 * @param categories those to list first, so that a table always holds both true and false, say
 * @throws {AegisError} "stats.bad_sample" for no pairs
 */
export function countAgreement(
  pairs: readonly (readonly [Category, Category])[],
  categories: readonly Category[] = [],
): AgreementCounts {
  if (pairs.length === 0) throw new AegisError("stats.bad_sample", "No item was rated by both");
  const all = [...new Set([...categories, ...pairs.flat()])];
  const places = new Map(all.map((category, index) => [category, index]));
  const counts = all.map(() => Array.from(all, () => 0));
  for (const [first, second] of pairs) counts[places.get(first)!]![places.get(second)!]! += 1;
  return { categories: all, counts };
}
