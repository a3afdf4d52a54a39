import { seededRandom } from "../../kernel/index.ts";
import { wilsonInterval } from "../../stats/index.ts";
import { dimensionDistances } from "../compare/dimension-distances.ts";
import { energyTest, PERMUTATIONS } from "../compare/energy-test.ts";
import { isSeparated } from "../compare/is-separated.ts";
import { sayP } from "../compare/say-number.ts";
import { behavioursByCase, type BehaviourPair } from "../compare/trial-behaviour.ts";
import { sayCount } from "../report/say.ts";
import type { CaseHistory } from "./case-history.ts";
import { ALPHA } from "./compare-groups.ts";
import type { ReviewFinding, ReviewThresholds } from "./review-report.ts";

/** Cases no version ever failed: with behaviour that never moved either, they told nothing so far. */
export function findNeverFailing(
  histories: readonly CaseHistory[],
  { unseenFailureMax }: Pick<ReviewThresholds, "unseenFailureMax">,
): ReviewFinding[] {
  return histories.flatMap((history) => {
    const { id, kind, passed, total, versions, runs } = history;
    if (passed < total || total === 0) return [];
    const unseen = 1 - wilsonInterval({ passed, total }).lower;
    const behaviour = behaviourChange(history);
    const isShown = unseen <= unseenFailureMax;
    const isSilent = versions.length > 1 && !behaviour.isChanged;
    const seen = `passed ${passed} of ${total} over ${sayCount(versions.length, "version")}; it may still fail ${(unseen * 100).toFixed(0)} % of the time`;
    return [
      {
        finding: isSilent ? ("no signal" as const) : ("never fails" as const),
        caseId: id,
        kind,
        isShown,
        evidence: `${seen}; ${behaviour.sentence}`,
        figures: { passed, total, versions: versions.length, unseenFailure: unseen, behaviourP: behaviour.pValue },
        runs,
        action: actionFor({ kind, isShown, isSilent }),
        isRemoval: false,
      },
    ];
  });
}

function actionFor({
  kind,
  isShown,
  isSilent,
}: Pick<CaseHistory, "kind"> & { readonly isShown: boolean; readonly isSilent: boolean }): string | null {
  if (!isShown) return "run it more often before deciding anything";
  if (kind === "regression") return isSilent ? "keep it as a guard, and run it less often" : null;
  return isSilent ? "make it harder, or let it graduate and run it less often" : "let it graduate, or make it harder";
}

interface BehaviourChange {
  /** Seen, or shown: either is reason enough not to call the case silent. */
  readonly isChanged: boolean;
  readonly pValue: number | null;
  readonly sentence: string;
}

/** Between each version and the next, by the measures of `aegis eval compare`. */
function behaviourChange({ versions }: CaseHistory): BehaviourChange {
  const steps = versions.slice(1).map((next, index): { pair: BehaviourPair; from: string; to: string } => {
    const before = versions[index]!;
    const of = (version: typeof next) => behavioursByCase(version.trials).get(version.id) ?? [];
    return { pair: { a: of(before), b: of(next) }, from: before.label, to: next.label };
  });
  if (steps.length === 0)
    return { isChanged: false, pValue: null, sentence: "with one version nothing can be compared" };
  const tested = steps.map(({ pair, from, to }) => {
    const { combined } = dimensionDistances(pair);
    const { pValue } = energyTest({ distances: combined, countA: pair.a.length }, seededRandom(0), PERMUTATIONS);
    return { from, to, pValue, isSeparate: isSeparated(pair) };
  });
  const pValue = Math.min(...tested.map((step) => step.pValue));
  const changed = tested.find((step) => step.pValue <= ALPHA) ?? tested.find(({ isSeparate }) => isSeparate);
  if (!changed) return { isChanged: false, pValue, sentence: "it behaved alike in all of them" };
  const how = changed.pValue <= ALPHA ? sayP(changed.pValue) : "seen in all trials, not beyond chance";
  return { isChanged: true, pValue, sentence: `it behaved differently from ${changed.from} to ${changed.to} (${how})` };
}
