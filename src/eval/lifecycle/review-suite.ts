import { caseHistories, type CaseHistory } from "./case-history.ts";
import { findCostly } from "./find-costly.ts";
import { findDuplicates } from "./find-duplicates.ts";
import { findFlaky } from "./find-flaky.ts";
import { findGoneTools } from "./find-gone-tools.ts";
import { findNeverFailing } from "./find-never-failing.ts";
import { findUnseen } from "./find-unseen.ts";
import type { CaseText, DeclaredTools, ProductionTrace } from "./review-inputs.ts";
import { DEFAULT_THRESHOLDS, REVIEW_FINDINGS, type ReviewReport, type ReviewThresholds } from "./review-report.ts";
import type { SuiteHistory } from "./suite-history.ts";

export interface ReviewOptions {
  /** By case id; what is not there is not looked at for duplicates, tools and production. */
  readonly texts?: ReadonlyMap<string, CaseText>;
  /** Tools that the suite's own checks name. */
  readonly suiteTools?: readonly string[];
  /** By version, the newest last. */
  readonly declared?: readonly DeclaredTools[];
  readonly production?: readonly ProductionTrace[];
  /** Cases that there still are; all that were run unless given. */
  readonly caseIds?: readonly string[];
  readonly thresholds?: Partial<ReviewThresholds>;
}

/** Which cases earn their place no more, each with its evidence and what could be done about it. Changes nothing. */
export function reviewSuite(history: SuiteHistory, options: ReviewOptions = {}): ReviewReport {
  const { texts = new Map(), suiteTools = [], declared = [], production = [], caseIds } = options;
  const thresholds = { ...DEFAULT_THRESHOLDS, ...options.thresholds };
  const there = caseIds && new Set(caseIds);
  const histories = caseHistories(history).filter(({ id }) => there === undefined || there.has(id));
  const findings = [
    ...findGoneTools(histories, { texts, suiteTools, declared }),
    ...findDuplicates(histories, texts, thresholds),
    ...findNeverFailing(histories, thresholds),
    ...findFlaky(histories, thresholds),
    ...findCostly(histories, thresholds),
    ...findUnseen(histories, { texts, production, thresholds }),
  ];
  const rank = (finding: (typeof findings)[number]) => REVIEW_FINDINGS.indexOf(finding.finding);
  return {
    suite: history.suite,
    versions: history.groups.map(({ label }) => label),
    caseCount: histories.length,
    trialCount: histories.reduce((sum, { total }) => sum + total, 0),
    thresholds,
    findings: findings.toSorted((a, b) => rank(a) - rank(b)),
    notExamined: notExamined(histories, { texts, declared, production, thresholds, caseIds }),
    leftOut: history.leftOut,
  };
}

function notExamined(
  histories: readonly CaseHistory[],
  {
    texts,
    declared,
    production,
    thresholds,
    caseIds,
  }: Required<Pick<ReviewOptions, "texts" | "declared" | "production">> & {
    readonly thresholds: ReviewThresholds;
    readonly caseIds: readonly string[] | undefined;
  },
): string[] {
  const versions = new Set(histories.flatMap((each) => each.versions.map(({ label }) => label))).size;
  const textless = histories.filter(({ id }) => (texts.get(id)?.input ?? "") === "").length;
  const neverRun = (caseIds ?? []).filter((id) => histories.every((history) => history.id !== id));
  const newest = declared.at(-1);
  return [
    ...(versions < 2 ? ["one version only: nothing can be said of changes between versions"] : []),
    ...(newest && newest.tools.length > 0
      ? []
      : ["the newest version's logs do not tell which tools it is offered: names of tools are not checked"]),
    ...(production.length === 0
      ? ["no production traces: whether users still do this is not known"]
      : production.length < thresholds.tracesMin
        ? [`too few production traces to compare with: ${production.length}, where ${thresholds.tracesMin} are needed`]
        : []),
    ...(textless > 0 ? [`what ${textless} cases ask is not known: they are not looked at for duplicates`] : []),
    ...(neverRun.length > 0
      ? [`never run: ${neverRun.slice(0, 10).join(", ")}${neverRun.length > 10 ? " and more" : ""}`]
      : []),
  ];
}
