import { caseHash, type LoadedSuite, suiteHashes } from "../../eval/index.ts";
import type { CurrentCase } from "../../eval/lifecycle/index.ts";

/** The suite's cases as its files have them, told apart from earlier wordings by their hashes. */
export function currentCases(suite: LoadedSuite): CurrentCase[] {
  const hashes = suite.cases.map((each) => ({ id: each.id, kind: each.kind, hash: caseHash(each) }));
  const suiteHash = suiteHashes(
    suite,
    [],
    hashes.map(({ hash }) => hash),
  ).suite;
  return hashes.map((each) => ({ ...each, suiteHash }));
}
