import type { CaseEvidence } from "./classify-case.ts";
import type { CaseChange, SideCount } from "./comparison.ts";
import { count, sayP } from "./say-number.ts";

/** One case's finding in plain words; the differences in behaviour are listed beside it. */
export function caseSentence(change: CaseChange, evidence: CaseEvidence, moreTrials: number | null): string {
  const { a, b, rates, behaviour } = evidence;
  const moved = `passed ${a.passed} of ${a.total}, now ${b.passed} of ${b.total}`;
  const isSame = a.passed / a.total === b.passed / b.total;
  switch (change) {
    case "regressed":
      return `${moved} (${sayP(rates.pWorse)})`;
    case "improved":
      return `${moved} (${sayP(rates.pBetter)})`;
    case "behaviour changed":
      return `${isSame ? `passes as before (${b.passed} of ${b.total})` : moved}, but behaves differently (${sayP(behaviour.pValue)})`;
    case "flaky":
      return `${moved}: mixed results, no difference shown${isSame ? "" : advice(moreTrials)}`;
    case "not enough evidence":
      return isSame
        ? separatedSentence(evidence, moreTrials)
        : `${moved}: ${limitOfRates(evidence)}${advice(moreTrials)}`;
    case "unchanged":
    case "only in A":
    case "only in B":
      return `passed ${b.passed} of ${b.total}, as before`;
  }
}

export function unscoredSentence(a: SideCount, b: SideCount): string {
  const sides = [...(a.total === 0 ? ["A"] : []), ...(b.total === 0 ? ["B"] : [])];
  return `no scored trial in ${sides.join(" and ")}`;
}

function separatedSentence({ a, b, behaviour }: CaseEvidence, moreTrials: number | null): string {
  const seen =
    a.total === 1 && b.total === 1
      ? "behaviour differs in its one trial"
      : `behaviour differs in all ${b.total} of ${b.total} trials`;
  const limit =
    a.total === 1 && b.total === 1
      ? "one trial a side cannot tell a change from chance"
      : behaviour.pValue > behaviour.minAttainableP
        ? `beyond chance it is not (${sayP(behaviour.pValue)})`
        : `${trialsOf(a.total, b.total)} cannot show more than ${sayP(behaviour.minAttainableP)}`;
  return `passes as before (${b.passed} of ${b.total}); ${seen}, ${limit}${advice(moreTrials)}`;
}

function limitOfRates({ a, b, rates }: CaseEvidence): string {
  if (a.total === 1 && b.total === 1) return "not enough evidence at one trial";
  const pValue = Math.min(rates.pWorse, rates.pBetter);
  if (pValue <= rates.minAttainableP * (1 + 1e-6)) {
    return `${trialsOf(a.total, b.total)} cannot show more than ${sayP(pValue)}, too little among this many cases`;
  }
  return `not enough evidence (${sayP(pValue)})`;
}

function trialsOf(a: number, b: number): string {
  return a === b ? `${count(a, "trial")} a side` : `${a} and ${count(b, "trial")}`;
}

function advice(moreTrials: number | null): string {
  return moreTrials === null ? "" : ` (run ${count(moreTrials, "more trial", "more trials")} a side)`;
}
