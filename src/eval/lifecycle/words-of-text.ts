/** The distinct words of a text in lower case; digits count alike, so that another order number is the same sentence. */
export function wordsOfText(text: string): ReadonlySet<string> {
  return new Set(
    text
      .toLowerCase()
      .replaceAll(/\d/g, "0")
      .match(/[\p{L}\p{N}]+/gu) ?? [],
  );
}

/** Share of all their members that only one of two sets has (Jaccard): 0 alike, 1 nothing in common. */
export function setDistance(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  let common = 0;
  for (const member of left) if (right.has(member)) common += 1;
  const all = left.size + right.size - common;
  return all === 0 ? 0 : 1 - common / all;
}
