import type { CaseKind } from "../../domain/index.ts";
import type { PassCount } from "../../stats/index.ts";
import type { GroupCase, SuiteHistory } from "./suite-history.ts";

/** One case as it is now, in every version that was asked it so. */
export interface CaseHistory extends PassCount {
  readonly id: string;
  readonly kind: CaseKind;
  readonly requiredPassRate: number;
  readonly runs: readonly string[];
  /** In the order of time. */
  readonly versions: readonly (GroupCase & { readonly label: string })[];
}

/** Earlier wordings are left out: they were other cases. In the order of ids. */
export function caseHistories({ groups }: SuiteHistory): CaseHistory[] {
  const newest = new Map<string, GroupCase>();
  for (const { cases } of groups) for (const one of cases.values()) newest.set(one.id, one);
  return [...newest.values()]
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, key, kind, requiredPassRate }) => {
      const versions = groups.flatMap(({ label, cases }) => {
        const one = cases.get(key);
        return one ? [{ ...one, label }] : [];
      });
      const sum = (of: (version: GroupCase) => number) => versions.reduce((total, each) => total + of(each), 0);
      return {
        id,
        kind,
        requiredPassRate,
        passed: sum(({ passed }) => passed),
        total: sum(({ total }) => total),
        runs: [...new Set(versions.flatMap(({ runs }) => runs))],
        versions,
      };
    });
}
