import { sayCount } from "../report/say.ts";
import { sayP } from "../compare/say-number.ts";
import type { TrendReport, TrendStep } from "./trend-report.ts";

/** What a trend shows in plain words. A change is claimed only where its interval excludes 0 and the test agrees. */
export function trendStatements(trend: Omit<TrendReport, "statements">): string[] {
  const { overall, steps, slope, groups } = trend;
  if (!overall) return [`There is one ${trend.by} only: nothing to compare it with.`];
  const shown = groups.length > 2 ? steps.filter(({ verdict }) => verdict === "better" || verdict === "worse") : [];
  return [
    overallStatement(overall),
    ...shown.map((step) => `A step from ${step.from} to ${step.to}: ${step.verdict}, ${changeWords(step)}.`),
    ...(slope && slope.verdict !== "no slope shown"
      ? [
          `${slope.verdict === "rising" ? "Rising" : "Falling"}: ${points(slope.mean)} points a ${slope.unit} (95 % interval ${points(slope.lower ?? 0)} to ${points(slope.upper ?? 0)}, ${sayP(slope.pValue)}, ${sayCount(slope.caseCount, "case")}).`,
        ]
      : []),
    ...(groups.length > 2 && shown.length === 0 && slope?.verdict !== "rising" && slope?.verdict !== "falling"
      ? [`No step ${slope ? "and no slope " : ""}is shown over ${groups.length} groups.`]
      : []),
    ...mixedStatements(trend),
    ...suiteStatements(overall),
  ];
}

/** In a stretch of time several agents may have run: then it is their mixture that moved. */
function mixedStatements({ groups }: Pick<TrendReport, "groups">): string[] {
  const mixed = groups.filter(({ versions, models }) => versions.length > 1 && models.length > 1);
  if (mixed.length === 0) return [];
  const names = mixed.map(({ label }) => label).join(", ");
  return [`Several versions and models stand together in ${names}: a change there may be one of who was run.`];
}

function overallStatement(step: TrendStep): string {
  const { from, to, difference, verdict, pValue } = step;
  if (!difference || pValue === null) {
    return `From ${from} to ${to} nothing can be compared: they share no case that was asked and checked in the same way.`;
  }
  if (verdict === "better") return `Better: from ${from} to ${to}, ${changeWords(step)}.`;
  if (verdict === "worse") return `Worse: from ${from} to ${to}, ${changeWords(step)}.`;
  const excludes = difference.lower > 0 || difference.upper < 0;
  const why = excludes ? "; so few cases cannot tell it from chance" : "";
  return `No difference shown: from ${from} to ${to}, ${changeWords(step)}${why}.`;
}

function changeWords({ difference, pValue, sharedCaseCount }: TrendStep): string {
  if (!difference || pValue === null) return "no shared case";
  const { mean, lower, upper } = difference;
  return `${points(mean)} points on the ${sayCount(sharedCaseCount, "case")} both were asked (95 % interval ${points(lower)} to ${points(upper)}, ${sayP(pValue)})`;
}

function suiteStatements({ suiteChange, suiteShare, difference }: TrendStep): string[] {
  const { added, removed, changed } = suiteChange;
  if (added.length + removed.length + changed.length === 0) return [];
  const what = [
    ...(added.length > 0 ? [`${sayCount(added.length, "case")} added`] : []),
    ...(removed.length > 0 ? [`${sayCount(removed.length, "case")} removed`] : []),
    ...(changed.length > 0 ? [`${sayCount(changed.length, "case")} worded or checked differently`] : []),
  ];
  const share =
    suiteShare === null || !difference
      ? ""
      : `: over all cases the rate moved by ${points(suiteShare + difference.mean)} points, ${points(suiteShare)} of them the suite's own`;
  return [`The suite changed too: ${what.join(", ")}${share}.`];
}

function points(share: number): string {
  const text = (share * 100).toFixed(1);
  return Number(text) === 0 ? "0.0" : share > 0 ? `+${text}` : text;
}
