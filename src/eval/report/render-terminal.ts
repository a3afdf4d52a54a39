import { formatMicroUsd } from "../../domain/index.ts";
import { escapeTerminal } from "../../kernel/index.ts";
import type { RunSummary } from "../summary/run-summary.ts";
import { cutText, indented } from "./fit-text.ts";
import { nextCommands } from "./next-commands.ts";
import { type Paint, paintWith } from "./paint.ts";
import { gateHeadline, reasonText, type ReportParts } from "./report-parts.ts";
import { runPlace } from "./run-place.ts";
import { sayCount, sayDuration, sayNumber, sayPercent } from "./say.ts";
import { terminalCases } from "./terminal-cases.ts";
import { terminalComparison } from "./terminal-comparison.ts";

export interface TerminalOptions extends ReportParts {
  readonly color: boolean;
  /** Columns; 100 unless given. */
  readonly width?: number;
  /** All of them unless told. */
  readonly sections?: readonly TerminalSection[];
  /** Of each group of a comparison, at most this many cases. */
  readonly comparedCasesMax?: number;
}

export type TerminalSection = "header" | "cases" | "suite" | "comparison" | "gate" | "notSeen" | "next";

const WIDTH_MIN = 60;
const WIDTH_MAX = 200;

/** The report of one run for a terminal. Every text from outside is escaped before it is laid out. */
export function renderTerminal(options: TerminalOptions): string {
  const { summary, comparison, color, width = 100, sections: wanted } = options;
  const paint = paintWith(color);
  const columns = Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, width));
  const sections: Record<TerminalSection, readonly string[]> = {
    header: [header(summary, paint, columns)],
    cases: terminalCases(summary.cases, { paint, columns }),
    suite: suiteLines(summary).map((line) => cutText(line, columns)),
    comparison: comparison ? terminalComparison(comparison, { paint, columns }, options.comparedCasesMax) : [],
    gate: gateLines(options, paint, columns),
    notSeen: listed("What this run did not see", summary.notSeen, { paint, columns }),
    next: commandLines(nextCommands(summary, comparison), paint),
  };
  const lines = Object.entries(sections)
    .filter(([name, section]) => section.length > 0 && (wanted?.includes(name as TerminalSection) ?? true))
    .map(([, section]) => section)
    .flatMap((section, index) => (index === 0 ? section : ["", ...section]));
  return `${lines.map(withoutCommands).join("\n")}\n`;
}

/** GitHub's runner reads commands out of any log: `::` at the start of a line, also after spaces, and `##[` anywhere. */
function withoutCommands(line: string): string {
  return line.replace(/^(\s*)::/, String.raw`$1\::`).replaceAll("##[", String.raw`#\#[`);
}

function header({ run }: RunSummary, paint: Paint, columns: number): string {
  const parts = [
    run.suite,
    `${run.agent.name}@${run.agent.version}`,
    run.models.join(", ") || "no model",
    runPlace(run),
  ];
  const rest = cutText(escapeTerminal(`  ${parts.join("  ")}  run ${run.name}`), columns - 5);
  return `${paint.bold("aegis")}${rest}`;
}

function suiteLines({ suite }: RunSummary): string[] {
  const { passRate, trials, latencyMs } = suite;
  const rate = passRate
    ? `${sayPercent(passRate.rate)}  (95 % interval ${sayPercent(passRate.lower)} to ${sayPercent(passRate.upper)})`
    : "nothing was scored";
  const cases = [
    `${sayNumber(suite.casesPassed)} of ${sayCount(suite.caseCount, "case")} passed`,
    ...some(suite.casesFailed, "failed"),
    ...some(suite.casesUndecided, "undecided"),
    ...some(suite.flakyCases, "flaky"),
  ];
  const counted = [
    `${sayNumber(trials.scored)} scored`,
    ...some(trials.void, "void"),
    ...some(trials.missing, "not run"),
  ];
  const cost = suite.costMicroUsd === null ? "cost unknown" : formatMicroUsd(suite.costMicroUsd);
  const tokens =
    suite.inputTokens === null || suite.outputTokens === null
      ? "tokens unknown"
      : `${sayNumber(suite.inputTokens)} + ${sayNumber(suite.outputTokens)} tokens`;
  const time = latencyMs ? `p50 ${sayDuration(latencyMs.p50)}, p95 ${sayDuration(latencyMs.p95)}` : "no time";
  return [
    `Pass rate  ${rate}`,
    `Cases      ${cases.join(", ")}`,
    `Trials     ${counted.join(", ")}`,
    ...passKLine(suite),
    `Spent      ${cost}, ${tokens}; ${time}`,
  ];
}

function some(count: number, word: string): string[] {
  return count === 0 ? [] : [`${sayNumber(count)} ${word}`];
}

const TOLD_K = new Set([1, 2, 3, 4, 5, 8, 10]);

function passKLine({ passHatK }: RunSummary["suite"]): string[] {
  if (passHatK.length < 2) return [];
  const all = passHatK[0]?.caseCount;
  const told = passHatK
    .filter(({ k }) => TOLD_K.has(k))
    .map(({ k, value, caseCount }) => `${k}: ${value.toFixed(2)}${caseCount === all ? "" : ` of ${caseCount} cases`}`);
  return [`pass^k     ${told.join("  ")}   (all of k trials pass)`];
}

function gateLines({ gate, summary }: ReportParts, paint: Paint, columns: number): string[] {
  const isPlainPass = gate.exitCode === 0 && summary.suite.casesFailed === 0;
  const paintOf = isPlainPass
    ? paint.green
    : gate.exitCode === 0
      ? paint.yellow
      : gate.exitCode === 1
        ? paint.red
        : paint.yellow;
  const headline = paint.bold(paintOf(gateHeadline(gate, summary)));
  return [headline, ...gate.reasons.flatMap((reason) => bullet(reasonText(reason), columns))];
}

function listed(title: string, texts: readonly string[], { paint, columns }: { paint: Paint; columns: number }) {
  return texts.length === 0 ? [] : [paint.bold(title), ...texts.flatMap((text) => bullet(text, columns))];
}

function bullet(text: string, columns: number): string[] {
  return indented(`- ${escapeTerminal(text)}`, columns, 2);
}

/** Commands are never cut: half a command is worse than a long line. */
function commandLines(commands: readonly string[], paint: Paint): string[] {
  return commands.length === 0
    ? []
    : [paint.bold("Next"), ...commands.map((command) => `  ${escapeTerminal(command)}`)];
}
