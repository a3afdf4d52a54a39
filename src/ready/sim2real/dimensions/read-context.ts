import { learnSpelling } from "../reading/misspelt-words.ts";
import type { RunFacts } from "../reading/run-facts.ts";
import type { ReadContext } from "./dimension.ts";
import { shinglesOf } from "./shingles.ts";

/** What is known once all runs of both sides are. */
export function readContext(runs: readonly RunFacts[]): ReadContext {
  const isMisspelt = learnSpelling(runs.map(({ userMessages }) => userMessages.map(({ text }) => text).join("\n")));
  const known = new Map<string, ReadonlySet<string>>();
  const remembered = (text: string) => {
    const shingles = known.get(text) ?? shinglesOf(text);
    known.set(text, shingles);
    return shingles;
  };
  return { isMisspelt, shinglesOf: remembered };
}
