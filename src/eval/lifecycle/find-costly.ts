import { sayCount } from "../report/say.ts";
import type { CaseHistory } from "./case-history.ts";
import type { ReviewFinding, ReviewThresholds } from "./review-report.ts";

/** Cases that take much of the suite's cost and never told two versions apart. Time stands in where costs are unknown. */
export function findCostly(
  histories: readonly CaseHistory[],
  { costRatioMin }: Pick<ReviewThresholds, "costRatioMin">,
): ReviewFinding[] {
  const all = histories.flatMap(({ versions }) => versions.flatMap(({ trials }) => trials));
  const isPriced = all.length > 0 && all.every(({ metrics }) => metrics.costMicroUsd !== null);
  const measure = isPriced ? "cost" : "time";
  const perTrial = histories.map((history) => meanOf(history, isPriced));
  const whole = perTrial.reduce((sum, value) => sum + value, 0);
  if (whole === 0) return [];
  const even = 1 / histories.length;
  return histories.flatMap((history, index) => {
    const { id, kind, versions, runs } = history;
    const share = perTrial[index]! / whole;
    const differed = verdictChanges(history);
    if (versions.length < 2 || differed > 0 || share < costRatioMin * even) return [];
    const percent = (part: number) => `${(part * 100).toFixed(1)} %`;
    const steps = versions.length - 1;
    return [
      {
        finding: "costly" as const,
        caseId: id,
        kind,
        isShown: true,
        evidence: `takes ${percent(share)} of the suite's ${measure} a trial, ${(share / even).toFixed(1)} times its even share; its verdict differed in 0 of ${sayCount(steps, "step")} between versions`,
        figures: { measure, share, evenShare: even, verdictChanges: differed, steps },
        runs,
        action: "run it less often, or make it shorter",
        isRemoval: false,
      },
    ];
  });
}

function meanOf({ versions }: CaseHistory, isPriced: boolean): number {
  const trials = versions.flatMap((version) => version.trials);
  const of = ({ metrics }: (typeof trials)[number]) => (isPriced ? (metrics.costMicroUsd ?? 0) : metrics.durationMs);
  return trials.reduce((sum, trial) => sum + of(trial), 0) / Math.max(1, trials.length);
}

/** How often the case came out otherwise in a version than in the one before. */
function verdictChanges({ versions, requiredPassRate }: CaseHistory): number {
  const verdicts = versions.map(({ passed, total }) => passed >= requiredPassRate * total - 1e-9);
  return verdicts.slice(1).filter((verdict, index) => verdict !== verdicts[index]).length;
}
