import { escapeTerminal } from "../../kernel/index.ts";
import { cutText, indented } from "../report/fit-text.ts";
import { paintWith } from "../report/paint.ts";
import { sayCount } from "../report/say.ts";
import { leftOutLines } from "./left-out-lines.ts";
import type { RenderOptions } from "./render-trend.ts";
import { REVIEW_FINDINGS, type ReviewFinding, type ReviewFindingName, type ReviewReport } from "./review-report.ts";

const SHOWN_MAX = 20;

const TITLES: Readonly<Record<ReviewFindingName, string>> = {
  "gone tools": "Names tools that are gone",
  duplicate: "Duplicates by behaviour",
  "no signal": "No signal: never failed, never behaved differently",
  "never fails": "Never failed in any version",
  flaky: "Flaky, whichever version",
  costly: "Costly for what it tells",
  "not in production": "Not seen in production",
};

/** The spring clean for a terminal: what was found, on what evidence, and what could be done. */
export function renderReview(report: ReviewReport, { color, width = 100 }: RenderOptions): string {
  const { suite, versions, caseCount, trialCount, findings, notExamined, leftOut } = report;
  const columns = Math.max(60, width);
  const paint = paintWith(color);
  const head = `  ${suite}  ${sayCount(caseCount, "case")}, ${sayCount(trialCount, "trial")}, ${sayCount(versions.length, "version")}`;
  const lines = [
    `${paint.bold("review")}${cutText(escapeTerminal(head), columns - 6)}`,
    ...REVIEW_FINDINGS.flatMap((name) => {
      const here = findings.filter(({ finding }) => finding === name);
      if (here.length === 0) return [];
      const shown = here.filter(({ isShown, action }) => isShown && action !== null);
      const rest = shown.length - SHOWN_MAX;
      return [
        "",
        `${paint.yellow(TITLES[name])} (${here.length})`,
        ...shown.slice(0, SHOWN_MAX).flatMap((finding) => findingLines(finding, columns, paint.dim)),
        ...(rest > 0 ? [paint.dim(`  and ${rest} more, all of them with --json`)] : []),
        ...nameLines(
          "guards, and none the worse for it",
          here.filter(({ action }) => action === null),
          columns,
        ).map(paint.dim),
        ...nameLines(
          "too few trials or versions to act on",
          here.filter(({ isShown }) => !isShown),
          columns,
        ).map(paint.dim),
      ];
    }),
    ...(findings.length === 0 ? ["", "  Nothing to clean up was found."] : []),
    ...(notExamined.length > 0 ? ["", paint.bold("Not looked at")] : []),
    ...notExamined.flatMap((each) => indented(escapeTerminal(each), columns, 2)),
    ...leftOutLines(leftOut, columns).map(paint.dim),
    "",
    ...indented(thresholdText(report), columns, 2).map(paint.dim),
  ];
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

function findingLines(
  { caseId, evidence, action }: ReviewFinding,
  columns: number,
  dim: (text: string) => string,
): string[] {
  const name = caseId ?? "the suite's checks";
  return [
    ...indented(escapeTerminal(`${name}: ${evidence}`), columns, 2),
    ...indented(escapeTerminal(`proposed: ${action ?? "nothing"}`), columns, 4).map(dim),
  ];
}

/** What asks for nothing is named, and no more. */
function nameLines(what: string, findings: readonly ReviewFinding[], columns: number): string[] {
  if (findings.length === 0) return [];
  const ids = findings.map(({ caseId }) => caseId ?? "the suite's checks");
  const rest = ids.length - SHOWN_MAX;
  const names = `${ids.slice(0, SHOWN_MAX).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
  return indented(escapeTerminal(`${what}: ${names}`), columns, 2);
}

function thresholdText({ thresholds }: ReviewReport): string {
  const { unseenFailureMax, flakyMargin, versionEffectP, inputDistanceMax, behaviourDistanceMax } = thresholds;
  const { rateDistanceMax, costRatioMin } = thresholds;
  const percent = (share: number) => `${share * 100} %`;
  return `thresholds: never failed counts from a possible failure rate of ${percent(unseenFailureMax)} down; flaky is ${percent(flakyMargin)} away from 0 and 100 %, with a p above ${versionEffectP} between versions; duplicates share all but ${percent(inputDistanceMax)} of their words and ${percent(behaviourDistanceMax)} of their calls, with pass rates at most ${rateDistanceMax} apart; costly is ${costRatioMin} times the even share`;
}
