import type { CaseSummary, RunSummary } from "../summary/run-summary.ts";

export interface PairedCases {
  /** In the order of B. */
  readonly common: readonly { readonly a: CaseSummary; readonly b: CaseSummary }[];
  readonly onlyA: readonly CaseSummary[];
  readonly onlyB: readonly CaseSummary[];
}

/** Cases of two runs, matched by id. */
export function pairCases(a: RunSummary, b: RunSummary): PairedCases {
  const casesA = new Map(a.cases.map((one) => [one.id, one]));
  const idsB = new Set(b.cases.map(({ id }) => id));
  return {
    common: b.cases.flatMap((one) => {
      const before = casesA.get(one.id);
      return before ? [{ a: before, b: one }] : [];
    }),
    onlyA: a.cases.filter(({ id }) => !idsB.has(id)),
    onlyB: b.cases.filter(({ id }) => !casesA.has(id)),
  };
}
