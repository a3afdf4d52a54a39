/** How many names a message lists before it says how many more there are. */
const NAMES_SHOWN_MAX = 20;

/** The known name that a mistyped one most likely meant; undefined when none is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const typed = plain(name);
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(typed, plain(candidate)) }))
    .sort((left, right) => left.distance - right.distance);
  const best = ranked[0];
  if (best && best.distance <= Math.max(1, Math.floor(typed.length * 0.4))) return best.candidate;
  return typed.length < 3 ? undefined : known.find((candidate) => plain(candidate).startsWith(typed));
}

/** `, did you mean "refund"?`, or else `; there are order, refund`: what to append to a message about an unknown name. */
export function suggestName(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  return near === undefined ? `; there are ${listNames(known)}` : `, did you mean "${near}"?`;
}

/** Both: the nearest name, where one is near, and all there are. For names of the user's own, which nobody knows by heart. */
export function offerNames(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  return `${near === undefined ? "; there" : `, did you mean "${near}"? There`} are: ${listNames(known)}`;
}

function listNames(names: readonly string[]): string {
  if (names.length === 0) return "none";
  const more = names.length - NAMES_SHOWN_MAX;
  return `${names.slice(0, NAMES_SHOWN_MAX).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** `cost_at_most` and `costAtMost` are one name, written twice. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/** Optimal string alignment: the fewest insertions, deletions, replacements, and swaps of two neighbours. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (last[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const swapped = isSwapped ? (beforeLast[j - 2] ?? 0) + 1 : Infinity;
      row.push(Math.min(replaced, swapped, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    beforeLast = last;
    last = row;
  }
  return last[to.length] ?? 0;
}
