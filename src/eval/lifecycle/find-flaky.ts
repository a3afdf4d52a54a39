import { equalRatesTest, wilsonInterval } from "../../stats/index.ts";
import { sayP } from "../compare/say-number.ts";
import { sayCount } from "../report/say.ts";
import type { CaseHistory } from "./case-history.ts";
import type { ReviewFinding, ReviewThresholds } from "./review-report.ts";

/**
 * Cases that neither pass nor fail, whichever version is asked: what they say of a single run is chance. That versions do
 * not differ cannot be shown; so the test for it has to be far from finding a difference.
 */
export function findFlaky(
  histories: readonly CaseHistory[],
  { flakyMargin, versionEffectP }: Pick<ReviewThresholds, "flakyMargin" | "versionEffectP">,
): ReviewFinding[] {
  return histories.flatMap(({ id, kind, passed, total, versions, runs }) => {
    // Trials that differ between versions only may be the versions' doing.
    if (!versions.some((version) => version.passed > 0 && version.passed < version.total)) return [];
    const { lower, upper } = wilsonInterval({ passed, total });
    const { pValue } = equalRatesTest(versions);
    if (lower < flakyMargin || upper > 1 - flakyMargin || pValue <= versionEffectP) return [];
    const percent = (share: number) => (share * 100).toFixed(0);
    const effect =
      versions.length === 1
        ? "only one version was asked"
        : `no difference between versions is shown (${sayP(pValue)})`;
    return [
      {
        finding: "flaky" as const,
        caseId: id,
        kind,
        isShown: versions.length > 1,
        evidence: `passed ${passed} of ${total} over ${sayCount(versions.length, "version")}, 95 % interval ${percent(lower)} to ${percent(upper)} %; ${effect}`,
        figures: { passed, total, lower, upper, versions: versions.length, versionEffectP: pValue },
        runs,
        action:
          "find out what it hangs on (the question, the check, the simulated user), or give it more trials and a bar that fits",
        isRemoval: false,
      },
    ];
  });
}
