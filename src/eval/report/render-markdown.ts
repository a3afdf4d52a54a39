import { formatMicroUsd } from "../../domain/index.ts";
import type { CaseSummary } from "../summary/run-summary.ts";
import { caseReason } from "./case-reason.ts";
import { commentMarker } from "./comment-marker.ts";
import { markdownComparison } from "./markdown-comparison.ts";
import { markdownCode, markdownDetails, markdownTable, markdownText } from "./markdown-parts.ts";
import { nextCommands } from "./next-commands.ts";
import { gateHeadline, reasonText, type ReportParts } from "./report-parts.ts";
import { runPlace } from "./run-place.ts";
import { sayCount, sayDuration, sayNumber, sayPercent } from "./say.ts";

/** GitHub refuses comments over 65,536 characters. */
const COMMENT_LENGTH_MAX = 60_000;
const COMMENT_ROWS = [50, 20, 5, 0] as const;
/** GitHub refuses step summaries over 1 MiB. */
const STEP_SUMMARY_LENGTH_MAX = 300_000;
const STEP_SUMMARY_ROWS = [500, 100, 20, 0] as const;

/** A comment for a pull request. Its first line is the marker by which it is found again and updated. */
export function renderMarkdown(parts: ReportParts): string {
  const marker = commentMarker(parts.summary.run.suite);
  return `${marker}\n${fitting(parts, COMMENT_ROWS, COMMENT_LENGTH_MAX)}`;
}

/** For `$GITHUB_STEP_SUMMARY`: the same, with room for more cases. */
export function renderStepSummary(parts: ReportParts): string {
  return fitting(parts, STEP_SUMMARY_ROWS, STEP_SUMMARY_LENGTH_MAX);
}

/** With as many rows as fit; what is left out is said. */
function fitting(parts: ReportParts, rowCounts: readonly number[], lengthMax: number): string {
  const texts = rowCounts.values().map((rowsMax) => render(parts, rowsMax));
  return texts.find((text) => text.length <= lengthMax) ?? render(parts, 0).slice(0, lengthMax);
}

function render(parts: ReportParts, rowsMax: number): string {
  const { summary, comparison, gate } = parts;
  const icon = gate.exitCode === 0 ? "✅" : gate.exitCode === 1 ? "❌" : "⚠️";
  const { run } = summary;
  const sections = [
    [`## ${icon} ${markdownText(run.suite, 80)}: ${gateHeadline(gate, summary)}`],
    gate.reasons.map((reason) => `- ${markdownText(reasonText(reason), 600)}`),
    suiteTable(parts),
    ...(comparison ? markdownComparison(comparison, rowsMax) : []),
    caseSection(summary.cases, rowsMax),
    markdownDetails(
      "What this run did not see",
      summary.notSeen.map((text) => `- ${markdownText(text, 400)}`),
    ),
    nextSection(nextCommands(summary, comparison)),
    [
      `<sub>Run ${markdownText(run.name, 80)}, agent ${markdownText(run.agent.name, 80)} ${markdownText(run.agent.version, 80)}, model ${markdownText(run.models.join(", ") || "none seen", 120)}, isolation ${runPlace(run)}.</sub>`,
    ],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function suiteTable({ summary }: ReportParts): string[] {
  const { suite } = summary;
  const { passRate, passHatK, trials, latencyMs } = suite;
  const interval = passRate ? ` (${sayPercent(passRate.lower)} to ${sayPercent(passRate.upper)})` : "";
  const last = passHatK.at(-1);
  const header = ["Pass rate (95 %)", "Cases passed", "Flaky", "Trials", "Void", "Cost", "p50"];
  const row = [
    `**${sayPercent(passRate?.rate)}**${interval}`,
    `${sayNumber(suite.casesPassed)} / ${sayNumber(suite.caseCount)}`,
    sayNumber(suite.flakyCases),
    sayNumber(trials.scored),
    sayNumber(trials.void),
    formatMicroUsd(suite.costMicroUsd),
    latencyMs ? sayDuration(latencyMs.p50) : "-",
  ];
  if (!last || last.k === 1) return markdownTable(header, [row]);
  return markdownTable([...header, `pass^${last.k}`], [[...row, last.value.toFixed(2)]]);
}

/** Cases that did not pass in every trial. */
function caseSection(cases: readonly CaseSummary[], rowsMax: number): string[] {
  const listed = cases.filter(({ isPass, passed, total }) => !isPass || passed < total);
  if (listed.length === 0) return [];
  const mark = ({ status }: CaseSummary) => (status === "passed" ? "✅" : status === "failed" ? "❌" : "⚠️");
  const rows = listed
    .slice(0, rowsMax)
    .map((one) => [
      mark(one),
      markdownText(one.id, 120),
      one.kind,
      `${one.passed}/${one.total}${one.isFlaky ? " flaky" : ""}`,
      markdownText(caseReason(one)),
    ]);
  const rest = listed.length - rows.length;
  const lines = [
    ...(rows.length > 0 ? markdownTable(["", "Case", "Kind", "Passed", "Top reason"], rows) : []),
    ...(rest > 0 ? ["", `and ${sayCount(rest, "more case")} not shown`] : []),
  ];
  return markdownDetails(`${sayCount(listed.length, "case")} did not pass in every trial`, lines);
}

function nextSection(commands: readonly string[]): string[] {
  return commands.length === 0 ? [] : markdownDetails("Next", markdownCode(commands));
}
