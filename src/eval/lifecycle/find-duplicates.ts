import { editDistance } from "../compare/edit-distance.ts";
import { sayCount } from "../report/say.ts";
import type { CaseHistory } from "./case-history.ts";
import type { ReviewFinding, ReviewThresholds } from "./review-report.ts";
import { similarPairs } from "./similar-pairs.ts";
import type { GroupCase } from "./suite-history.ts";
import type { CaseText } from "./review-inputs.ts";
import { wordsOfText } from "./words-of-text.ts";

type Limits = Pick<ReviewThresholds, "inputDistanceMax" | "behaviourDistanceMax" | "rateDistanceMax">;

/** Pairs of cases that ask nearly the same, in the same world, and were always handled and judged alike. */
export function findDuplicates(
  histories: readonly CaseHistory[],
  texts: ReadonlyMap<string, CaseText>,
  limits: Limits,
): ReviewFinding[] {
  const byId = new Map(histories.map((history) => [history.id, history]));
  const items = histories.flatMap(({ id }) => {
    const words = wordsOfText(texts.get(id)?.input ?? "");
    return words.size === 0 ? [] : [{ id, words }];
  });
  return similarPairs(items, limits.inputDistanceMax).flatMap(({ a, b, distance }) => {
    const [kept, other] = [byId.get(a)!, byId.get(b)!];
    if ((texts.get(a)?.world ?? "") !== (texts.get(b)?.world ?? "")) return [];
    const likeness = likenessOf(kept, other);
    if (!likeness) return [];
    const { behaviour, rate, versionCount, trialCount } = likeness;
    if (behaviour > limits.behaviourDistanceMax || rate > limits.rateDistanceMax) return [];
    const isShown = versionCount > 1;
    return [
      {
        finding: "duplicate" as const,
        caseId: b,
        otherId: a,
        kind: other.kind,
        isShown,
        evidence: `asks nearly what ${a} asks (${share(distance)} of the words differ), calls the same tools (${share(behaviour)} of the calls differ), and passes as often (rates ${rate.toFixed(2)} apart), over ${sayCount(versionCount, "version")} and ${sayCount(trialCount, "trial")}`,
        figures: { inputDistance: distance, behaviourDistance: behaviour, rateDistance: rate, versions: versionCount },
        runs: other.runs,
        action: isShown
          ? `take it away, and move what only it checks to ${a}`
          : "look at both once another version has run",
        isRemoval: isShown,
      },
    ];
  });
}

/** Over the versions that were asked both: how far their tool calls and their pass rates lie apart on average. */
function likenessOf(a: CaseHistory, b: CaseHistory) {
  const pairs = a.versions.flatMap((left) => {
    const right = b.versions.find(({ label }) => label === left.label);
    return right ? [{ left, right }] : [];
  });
  if (pairs.length === 0) return undefined;
  const mean = (of: (pair: (typeof pairs)[number]) => number) =>
    pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
  return {
    behaviour: mean(({ left, right }) => callDistance(left, right)),
    rate: mean(({ left, right }) => Math.abs(left.passed / left.total - right.passed / right.total)),
    versionCount: pairs.length,
    trialCount: pairs.reduce((sum, { left, right }) => sum + left.total + right.total, 0),
  };
}

/** Mean over all pairs of trials of the share of calls that must be changed to make one the other. */
function callDistance(left: GroupCase, right: GroupCase): number {
  const sequences = ({ trials }: GroupCase) => trials.map(({ metrics }) => metrics.tools.map(({ tool }) => tool));
  const [ours, theirs] = [sequences(left), sequences(right)];
  let sum = 0;
  for (const one of ours) {
    for (const other of theirs) sum += editDistance(one, other) / Math.max(1, one.length, other.length);
  }
  return sum / (ours.length * theirs.length);
}

function share(part: number): string {
  return `${(part * 100).toFixed(0)} %`;
}
