import { compactText, compactValue, type TextPattern, valuePattern } from "./value-pattern.ts";

/** The values that stand in a text, in any spelling; of those not wanted nothing is looked up. */
export type ValueFinder = (text: string, isWanted: (value: string) => boolean) => readonly string[];

/** Enough to rule out nearly every place of a text with one look. */
const PREFIX_CHARACTERS = 4;

/**
 * Looks for any number of values with one walk through each text: at every place of its compact form, the beginnings
 * say which lengths are worth comparing. Only what is found that way is held against the value's own pattern.
 */
export function valueFinder(values: Iterable<string>): ValueFinder {
  const { valuesByCompact, lengthsByPrefix, prefixLengths } = indexed(values);
  const isInText = keptPatterns();
  const signsOnly = valuesByCompact.get("") ?? [];
  return (text, isWanted) => {
    const compact = compactText(text);
    const candidates = new Set(signsOnly);
    for (let start = 0; start < compact.length; start += 1) {
      for (const prefixLength of prefixLengths) {
        for (const length of lengthsByPrefix.get(compact.slice(start, start + prefixLength)) ?? []) {
          for (const value of valuesByCompact.get(compact.slice(start, start + length)) ?? []) candidates.add(value);
        }
      }
    }
    return [...candidates].filter((value) => isWanted(value) && isInText(value, text));
  };
}

interface Index {
  readonly valuesByCompact: ReadonlyMap<string, readonly string[]>;
  readonly lengthsByPrefix: ReadonlyMap<string, ReadonlySet<number>>;
  readonly prefixLengths: readonly number[];
}

function indexed(values: Iterable<string>): Index {
  const valuesByCompact = Map.groupBy(values, compactValue);
  const lengthsByPrefix = new Map<string, Set<number>>();
  for (const compact of valuesByCompact.keys()) {
    if (compact === "") continue;
    const prefix = compact.slice(0, PREFIX_CHARACTERS);
    const lengths = lengthsByPrefix.get(prefix) ?? new Set();
    lengthsByPrefix.set(prefix, lengths.add(compact.length));
  }
  const prefixLengths = [...new Set(lengthsByPrefix.keys().map(({ length }) => length))];
  return { valuesByCompact, lengthsByPrefix, prefixLengths };
}

/** Most values are nowhere, and never need a pattern. */
function keptPatterns(): (value: string, text: string) => boolean {
  const patterns = new Map<string, TextPattern>();
  return (value, text) => {
    const pattern = patterns.get(value) ?? valuePattern(value);
    patterns.set(value, pattern);
    return pattern.test(text);
  };
}
