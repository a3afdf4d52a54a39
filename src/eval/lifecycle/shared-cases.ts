import type { CountPair, PassCount } from "../../stats/index.ts";
import type { HistoryGroup } from "./suite-history.ts";

/** A case that two groups were both asked in the same words, under the same checks. */
export interface SharedCase extends CountPair {
  readonly id: string;
}

/** What became of the suite's cases from one group to the next. */
export interface SuiteChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** In both, but worded or checked differently. */
  readonly changed: readonly string[];
}

/** In the order of their ids, so that it does not matter in which order they were read. */
export function sharedCases(a: HistoryGroup, b: HistoryGroup): SharedCase[] {
  const keys = [...a.cases.keys()].filter((key) => b.cases.has(key));
  const countsA = countsById(a, keys);
  const countsB = countsById(b, keys);
  return [...countsA].map(([id, count]) => ({ id, a: count, b: countsB.get(id)! }));
}

export function suiteChange(a: HistoryGroup, b: HistoryGroup): SuiteChange {
  const [idsA, idsB] = [new Set(idsOf(a)), new Set(idsOf(b))];
  const shared = new Set(sharedCases(a, b).map(({ id }) => id));
  return {
    added: [...idsB].filter((id) => !idsA.has(id)),
    removed: [...idsA].filter((id) => !idsB.has(id)),
    changed: [...idsB].filter((id) => idsA.has(id) && !shared.has(id)),
  };
}

/** Passes of each case, over all wordings or those given, in the order of ids. */
export function countsById(
  { cases }: HistoryGroup,
  keys: Iterable<string> = cases.keys(),
): ReadonlyMap<string, PassCount> {
  const counts = new Map<string, PassCount>();
  for (const key of keys) {
    const one = cases.get(key);
    if (!one) continue;
    const before = counts.get(one.id) ?? { passed: 0, total: 0 };
    counts.set(one.id, { passed: before.passed + one.passed, total: before.total + one.total });
  }
  return new Map([...counts].toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function idsOf({ cases }: HistoryGroup): string[] {
  return [...new Set([...cases.values()].map(({ id }) => id))].toSorted();
}
