import { escapeTerminal } from "../../kernel/index.ts";
import { cutText, indented } from "../report/fit-text.ts";
import { type Paint, paintWith } from "../report/paint.ts";
import { sayCount } from "../report/say.ts";
import type { CaseGraduation, GraduationDecision, GraduationReport } from "./graduation-report.ts";
import { leftOutLines } from "./left-out-lines.ts";
import type { GraduationPlan } from "./plan-graduation.ts";
import type { RenderOptions } from "./render-trend.ts";

const SHOWN_MAX = 30;

/** In this order, what asks for something first. */
const SECTIONS: readonly {
  readonly decision: GraduationDecision;
  readonly title: string;
  readonly tone: keyof Paint;
}[] = [
  { decision: "graduates", title: "Graduates to regression", tone: "green" },
  { decision: "newest version worse", title: "The newest version is worse", tone: "red" },
  { decision: "below the bar", title: "Below the bar", tone: "yellow" },
  { decision: "too few trials", title: "Too few trials", tone: "yellow" },
  { decision: "too few versions", title: "Too few versions", tone: "yellow" },
  { decision: "changed since", title: "Changed since", tone: "yellow" },
  { decision: "never run", title: "Never run", tone: "yellow" },
];

/** Which cases graduate and why, for a terminal. The diff is printed beside it. */
export function renderGraduation(
  { suite, by, rule, versions, cases, leftOut }: GraduationReport,
  { color, width = 100, plan }: RenderOptions & { readonly plan: GraduationPlan },
): string {
  const columns = Math.max(60, width);
  const paint = paintWith(color);
  const names = versions.length === 0 ? "none" : versions.join(", ");
  const ruleText = `a case graduates when the ${Math.round(rule.confidence * 100)} % interval of its pass rate, pooled over ${sayLast(rule.versions, by)}, lies at ${rule.minRate * 100} % or above`;
  const kept = cases.filter(({ decision }) => decision === "is regression").length;
  const lines = [
    `${paint.bold("graduate")}${cutText(escapeTerminal(`  ${suite}  over ${by} ${names}`), columns - 8)}`,
    ...indented(escapeTerminal(ruleText), columns, 2).map(paint.dim),
    ...SECTIONS.flatMap((section) => sectionLines(section, { cases, columns, paint })),
    ...(cases.some(({ decision }) => decision === "graduates")
      ? indented(whatItMeans(rule.minRate), columns, 2).map(paint.dim)
      : []),
    ...(kept > 0 ? ["", paint.dim(`  ${sayCount(kept, "case")} of kind regression already`)] : []),
    ...(plan.byHand.length > 0 ? ["", paint.bold("To be edited by hand")] : []),
    ...plan.byHand.flatMap(({ id, advice }) => indented(escapeTerminal(`${id}: ${advice}`), columns, 2)),
    ...leftOutLines(leftOut, columns).map(paint.dim),
  ];
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

function sayLast(count: number, by: string): string {
  return count === 1 ? `the last ${by}` : `the last ${count} ${by}s`;
}

const TRIALS = 3;

/** A guard that is not quite sure closes the gate now and then. */
function whatItMeans(rate: number): string {
  const byChance = ((1 - rate ** TRIALS) * 100).toFixed(0);
  return `a regression case must pass every trial unless it says pass.rate: one that passes ${rate * 100} % of the time fails a run of ${TRIALS} trials ${byChance} % of the time`;
}

function sectionLines(
  { decision, title, tone }: (typeof SECTIONS)[number],
  {
    cases,
    columns,
    paint,
  }: { readonly cases: readonly CaseGraduation[]; readonly columns: number; readonly paint: Paint },
): string[] {
  const here = cases.filter((each) => each.decision === decision);
  if (here.length === 0) return [];
  const rest = here.length - SHOWN_MAX;
  return [
    "",
    `${paint[tone](title)} (${here.length})`,
    ...here
      .slice(0, SHOWN_MAX)
      .flatMap(({ id, sentence }) => indented(escapeTerminal(`${id}: ${sentence}`), columns, 2)),
    ...(rest > 0 ? [paint.dim(`  and ${rest} more, all of them with --json`)] : []),
  ];
}
