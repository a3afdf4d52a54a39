import type { CaseSummary } from "../summary/run-summary.ts";
import { caseSentence, unscoredSentence } from "./case-sentence.ts";
import { type CaseEvidence, classifyCase, moreTrialsFor, type NeededLevels } from "./classify-case.ts";
import type { Levels, RateEvidence } from "./compare-pass-rates.ts";
import type { BehaviourEvidence, CaseChange, CaseComparison, LatencyEvidence, SideCount } from "./comparison.ts";
import type { MeasuredCase } from "./measured-cases.ts";
import type { PairedCases } from "./pair-cases.ts";

interface Evidence {
  readonly rates: readonly RateEvidence[];
  readonly evidence: readonly BehaviourEvidence[];
  readonly latency: readonly LatencyEvidence[];
  readonly options: Levels;
}

/** All that was found out about each case, put into one word and one sentence. */
export function compareCases(cases: readonly MeasuredCase[], found: Evidence): CaseComparison[] {
  const evidences = cases.map(({ a, b }, index) => ({
    a,
    b,
    rates: found.rates[index]!,
    behaviour: found.evidence[index]!,
  }));
  const needed = neededLevels(evidences, found.options);
  return cases.map(({ id, kind, a, b }, index) => {
    const evidence = evidences[index]!;
    const change = classifyCase(evidence);
    const moreTrials = moreTrialsFor(change, evidence, needed);
    return {
      id,
      kind,
      change,
      a: sideCount(a),
      b: sideCount(b),
      outcome: outcomeOf(evidence),
      rates: evidence.rates,
      behaviour: isWorthTelling(change) ? evidence.behaviour : { ...evidence.behaviour, differences: [] },
      latency: found.latency[index]!,
      moreTrials,
      sentence: caseSentence(change, evidence, moreTrials),
    };
  });
}

/** Cases that only one run has, or that one run never scored. */
export function unmeasuredCases({ common, onlyA, onlyB }: PairedCases): CaseComparison[] {
  const unscored = common
    .filter(({ a, b }) => a.total === 0 || b.total === 0)
    .map(({ a, b }) =>
      withoutEvidence(b, {
        change: "not enough evidence",
        a: sideCount(a),
        b: sideCount(b),
        moreTrials: Math.max(1, a.total, b.total),
        sentence: unscoredSentence(a, b),
      }),
    );
  const alone = (one: CaseSummary) => `passed ${one.passed} of ${one.total}, in this run only`;
  return [
    ...unscored,
    ...onlyA.map((one) =>
      withoutEvidence(one, { change: "only in A", a: sideCount(one), b: null, moreTrials: null, sentence: alone(one) }),
    ),
    ...onlyB.map((one) =>
      withoutEvidence(one, { change: "only in B", a: null, b: sideCount(one), moreTrials: null, sentence: alone(one) }),
    ),
  ];
}

function withoutEvidence(
  { id, kind }: CaseSummary,
  told: Pick<CaseComparison, "change" | "a" | "b" | "moreTrials" | "sentence">,
): CaseComparison {
  return { id, kind, outcome: "same", rates: null, behaviour: null, latency: null, ...told };
}

function sideCount({ passed, total, voids }: CaseSummary): SideCount {
  return { passed, total, voids };
}

function outcomeOf({ a, b }: CaseEvidence): CaseComparison["outcome"] {
  const [before, after] = [a.passed / a.total, b.passed / b.total];
  return after < before ? "broke" : after > before ? "fixed" : "same";
}

/** Between trials of an unchanged or flaky case there are always differences; telling them would claim a change. */
function isWorthTelling(change: CaseChange): boolean {
  return change !== "unchanged" && change !== "flaky";
}

/** The level at which one finding stands among all cases that could be one; see the decision page. */
function neededLevels(evidences: readonly CaseEvidence[], { alpha, falseDiscoveryRate }: Levels): NeededLevels {
  const mixed = evidences.filter(({ a, b }) => {
    const passes = a.passed + b.passed;
    return passes > 0 && passes < a.total + b.total;
  }).length;
  const varying = evidences.filter(({ behaviour }) => behaviour.differences.length > 0).length;
  return {
    rates: Math.min(alpha, falseDiscoveryRate / Math.max(1, mixed)),
    behaviour: Math.min(alpha, falseDiscoveryRate / Math.max(1, varying)),
  };
}
