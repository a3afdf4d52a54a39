import { sayCount } from "../report/say.ts";
import { sayP } from "../compare/say-number.ts";
import type { CaseGraduation, GraduationRule } from "./graduation-report.ts";
import type { HistoryGroup } from "./suite-history.ts";

/** Why a case graduates or not, and what would settle it. */
export function graduationSentence(
  { decision, pooled, versions, pNewestWorse, moreTrials }: Omit<CaseGraduation, "sentence">,
  { rule, missing }: { readonly rule: GraduationRule; readonly missing: readonly HistoryGroup[] },
): string {
  const bar = `${percent(rule.minRate)} %`;
  const seen = pooled
    ? `passed ${pooled.passed} of ${pooled.total} over ${sayCount(versions.length, "version")}, ${Math.round(rule.confidence * 100)} % interval ${percent(pooled.lower)} to ${percent(pooled.upper)} %`
    : "not run as it is now";
  const more =
    moreTrials === null
      ? "; no practical number of trials would reach it"
      : `; ${sayCount(moreTrials, "more trial")}, all of them passing, would reach it`;
  switch (decision) {
    case "is regression":
      return pooled ? `is a regression case already: ${seen}` : "is a regression case already";
    case "never run":
      return "was never run";
    case "changed since":
      return "was changed since it was last run, it or the suite's checks: its history is about something else";
    case "graduates":
      return `${seen}: at least ${bar}`;
    case "too few versions": {
      const names = missing.map(({ label }) => label);
      const why = names.length > 0 ? `missing: ${names.join(", ")}` : "there are no more";
      return `${seen}: ${sayCount(rule.versions, "version")} must have run it (${why})`;
    }
    case "newest version worse":
      return `${seen}: but the newest version passed ${versions.at(-1)?.passed} of ${versions.at(-1)?.total}, less often than those before it (${sayP(pNewestWorse ?? 1)})`;
    case "below the bar":
      return `${seen}: it does not pass ${bar} of the time${more}`;
    case "too few trials":
      return `${seen}: too few trials to say at least ${bar}${more}`;
  }
}

/** "90", "70.1" */
function percent(share: number): string {
  return (share * 100).toFixed(1).replace(/\.0$/, "");
}
