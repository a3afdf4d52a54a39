import type { Trial } from "../../domain/index.ts";
import { type Random, seededRandom } from "../../kernel/index.ts";
import { type ClusteredInterval, clusteredInterval } from "../../stats/index.ts";
import { comparePassRates } from "../compare/compare-pass-rates.ts";
import { CONDITIONS } from "../../world/conditions/index.ts";
import { isScored, trialsByCase } from "../summary/scored-trial.ts";
import { failureBoundary } from "./failure-boundary.ts";
import { readStressId, type StressId, unitOf } from "./stress-id.ts";
import type { ConditionSummary, LevelSummary, StressedCase, StressSummary, TrialCount } from "./stress-summary.ts";
import { FINDING_LEVELS, testLevels } from "./test-levels.ts";

/**
 * What each condition did, from the trials of a stressed suite; cases are told apart by their ids. The test of a level
 * is paired by case; tests of single cases find what a mean over cases hides.
 */
export function summarizeStress(
  trials: readonly Trial[],
  { random = seededRandom(0) }: { readonly random?: Random } = {},
): StressSummary {
  const counts = new Map([...trialsByCase(trials)].map(([caseId, group]) => [caseId, countTrials(group)]));
  const written = [...counts].filter(([caseId]) => readStressId(caseId) === null).map(([, count]) => count);
  const placed = withEvidence(
    [...counts].flatMap(([stressedId, stressed]) => {
      const id = readStressId(stressedId);
      if (!id) return [];
      const undisturbed = counts.get(id.baseId) ?? NOTHING;
      return [{ id, stressed: { caseId: id.baseId, stressedId, undisturbed, stressed, rates: null } }];
    }),
  );
  const scored = written.filter(({ total }) => total > 0);
  return {
    undisturbed: scored.length === 0 ? null : clusteredInterval(scored),
    conditions: conditionsOf(placed, random),
    withoutBase: placed
      .filter(({ stressed }) => stressed.undisturbed.total === 0)
      .map((each) => each.stressed.stressedId),
  };
}

interface PlacedCase {
  readonly id: StressId;
  readonly stressed: StressedCase;
}

const NOTHING: TrialCount = { passed: 0, total: 0, voids: 0 };

function countTrials(trials: readonly Trial[]): TrialCount {
  const scored = trials.filter(isScored);
  const passed = scored.filter(({ outcome }) => outcome.isPass).length;
  return { passed, total: scored.length, voids: trials.length - scored.length };
}

function isMeasured({ undisturbed, stressed }: StressedCase): boolean {
  return undisturbed.total > 0 && stressed.total > 0;
}

/** All cases under all conditions are one family: the share of false findings holds for the whole report. */
function withEvidence(placed: readonly PlacedCase[]): PlacedCase[] {
  const pairs = placed.flatMap(({ stressed }) =>
    isMeasured(stressed) ? [{ a: stressed.undisturbed, b: stressed.stressed }] : [],
  );
  const evidence = comparePassRates(pairs, FINDING_LEVELS).values();
  return placed.map(({ id, stressed }) => {
    const rates = isMeasured(stressed) ? (evidence.next().value ?? null) : null;
    return { id, stressed: { ...stressed, rates } };
  });
}

function conditionsOf(placed: readonly PlacedCase[], random: Random): ConditionSummary[] {
  const groups = [
    ...Map.groupBy(placed, ({ id: { condition, label, level } }) => JSON.stringify([condition, label, level])).values(),
  ];
  const tests = testLevels(
    groups.map((group) => group.map(({ stressed }) => stressed).filter(isMeasured)),
    random,
  );
  const levels = groups.map((group, index) => {
    const cases = group.map(({ stressed }) => stressed);
    return {
      id: group[0]!.id,
      summary: { ...levelOf(cases, group[0]!.id.level), ...tests[index]! } satisfies LevelSummary,
    };
  });
  const groupsOfOne = [...Map.groupBy(levels, ({ id }) => JSON.stringify([id.condition, id.label])).values()];
  // Trials come as they end; the catalogue's order is the same in every report.
  return groupsOfOne.toSorted(inOrder).map((group) => {
    const { condition, label } = group[0]!.id;
    const summaries = group
      .map(({ summary }) => summary)
      .toSorted((a, b) => (a.level ?? -Infinity) - (b.level ?? -Infinity));
    const unit = unitOf(condition);
    return { condition, label, unit, levels: summaries, boundary: failureBoundary(summaries, unit) };
  });
}

function inOrder([a]: readonly { readonly id: StressId }[], [b]: readonly { readonly id: StressId }[]): number {
  const place = (id: StressId | undefined) => CONDITIONS.findIndex(({ name }) => name === id?.condition);
  return place(a?.id) - place(b?.id) || (a?.id.label ?? "").localeCompare(b?.id.label ?? "", "en");
}

function levelOf(
  cases: readonly StressedCase[],
  level: number | null,
): Pick<LevelSummary, "level" | "stressed" | "undisturbed" | "voids" | "cases"> {
  const measured = cases.filter(isMeasured);
  return {
    level,
    stressed: intervalOf(measured.map(({ stressed }) => stressed)),
    undisturbed: intervalOf(measured.map(({ undisturbed }) => undisturbed)),
    voids: cases.reduce((sum, { stressed }) => sum + stressed.voids, 0),
    cases,
  };
}

function intervalOf(counts: readonly TrialCount[]): ClusteredInterval | null {
  return counts.length === 0 ? null : clusteredInterval(counts);
}
