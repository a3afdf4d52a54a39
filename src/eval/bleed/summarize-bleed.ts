import type { Trial } from "../../domain/index.ts";
import { compareCounts, discreteBenjaminiHochberg, signFlipTest, wilsonInterval } from "../../stats/index.ts";
import type { BleedReport, CaseBleed, PassRate, SharedTrial, Travelled, Traveller } from "./bleed-report.ts";

/** Share of false findings that is allowed over the cases of a suite. */
const LEVEL = 0.05;

/** Holds a suite's clean trials against those that shared one place. */
export function summarizeBleed(measured: {
  readonly suite: string;
  readonly caseIds: readonly string[];
  readonly clean: readonly Trial[];
  readonly shared: readonly SharedTrial[];
}): BleedReport {
  const { suite, caseIds, shared } = measured;
  const clean = measured.clean.map(({ caseId, outcome }) => ({
    caseId,
    isPass: outcome.kind === "scored" ? outcome.isPass : null,
  }));
  const cases = caseIds.map((caseId) => {
    const ofCase = (each: { readonly caseId: string }) => each.caseId === caseId;
    const sides = { clean: rateOf(clean.filter(ofCase)), shared: rateOf(shared.filter(ofCase)) };
    return { caseId, ...sides, found: mostFound(shared.filter(ofCase)) };
  });
  const orders = [...new Set(shared.map(({ orderIndex }) => orderIndex))].toSorted((a, b) => a - b);
  const judgedCases = judged(cases);
  const pValue = suiteP(judgedCases);
  return {
    suite,
    pValue,
    isChanged: (pValue !== null && pValue <= LEVEL) || judgedCases.some(({ isChanged }) => isChanged),
    travelled: travelledIn(judgedCases),
    orders: orders.length,
    clean: rateOf(clean),
    sharedByOrder: orders.map((index) => rateOf(shared.filter(({ orderIndex }) => orderIndex === index))),
    shared: rateOf(shared),
    cases: judgedCases,
  };
}

/** Cases are the independent things: each gives one difference of its two rates. */
function suiteP(cases: readonly CaseBleed[]): number | null {
  const measured = cases.filter(({ clean, shared }) => clean.total > 0 && shared.total > 0);
  if (measured.length < 2) return null;
  const differences = measured.map(({ clean, shared }) => shared.passed / shared.total - clean.passed / clean.total);
  return signFlipTest(differences).pValue;
}

const KINDS: readonly Traveller["kind"][] = ["file", "row", "process", "env", "global"];

function travelledIn(cases: readonly CaseBleed[]): Travelled[] {
  const things = new Map<string, Traveller & { foundBy: string[] }>();
  for (const { caseId, found } of cases) {
    for (const { kind, what, leftBy } of found) {
      const key = `${kind} ${what}`;
      const before = things.get(key);
      if (before) before.foundBy.push(caseId);
      else things.set(key, { kind, what, leftBy, foundBy: [caseId] });
    }
  }
  const rank = ({ kind }: Traveller) => KINDS.indexOf(kind);
  return [...things.values()].toSorted(
    (a, b) => rank(a) - rank(b) || b.foundBy.length - a.foundBy.length || (a.what < b.what ? -1 : 1),
  );
}

function judged(cases: readonly Omit<CaseBleed, "pValue" | "isChanged">[]): CaseBleed[] {
  const compared = cases.map((each) => {
    if (each.clean.total === 0 || each.shared.total === 0) return undefined;
    const { pTwoSided, minAttainablePWorse } = compareCounts({ a: each.shared, b: each.clean });
    return { pValue: pTwoSided, minAttainableP: Math.min(pTwoSided, 2 * minAttainablePWorse) };
  });
  const tests = compared.filter((test) => test !== undefined);
  const { qValues } = discreteBenjaminiHochberg(tests, LEVEL);
  return cases.map((each, index) => {
    const test = compared[index];
    if (test === undefined) return { ...each, pValue: null, isChanged: false };
    return { ...each, pValue: test.pValue, isChanged: (qValues[tests.indexOf(test)] ?? 1) <= LEVEL };
  });
}

function rateOf(trials: readonly { readonly isPass: boolean | null }[]): PassRate {
  const scored = trials.filter(({ isPass }) => isPass !== null);
  const passed = scored.filter(({ isPass }) => isPass).length;
  const total = scored.length;
  return { passed, total, interval: total === 0 ? { lower: 0, upper: 1 } : wilsonInterval({ passed, total }) };
}

function mostFound(trials: readonly SharedTrial[]): CaseBleed["found"] {
  const counts = new Map<string, Traveller & { trials: number }>();
  for (const traveller of trials.flatMap(({ found }) => found)) {
    const key = `${traveller.kind} ${traveller.what}`;
    const before = counts.get(key);
    if (before) before.trials += 1;
    else counts.set(key, { ...traveller, trials: 1 });
  }
  return [...counts.values()].toSorted((a, b) => b.trials - a.trials || (a.what < b.what ? -1 : 1));
}
