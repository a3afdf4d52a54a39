import { appendFile } from "node:fs/promises";
import type { Comparison } from "../eval/compare/index.ts";
import type { GateDecision } from "../eval/gate/index.ts";
import {
  commentMarker,
  renderGithubAnnotations,
  renderJunit,
  renderMarkdown,
  renderStepSummary,
  renderTerminal,
  type TerminalSection,
  toJsonReport,
  upsertPullRequestComment,
} from "../eval/report/index.ts";
import type { RunSummary } from "../eval/summary/index.ts";
import type { CommandContext } from "./command.ts";
import { pullRequestOf } from "./pull-request.ts";
import { writeTextFile } from "./write-text-file.ts";

interface ReportFlags {
  readonly junit?: string | undefined;
  readonly markdown?: string | undefined;
  readonly prComment: boolean;
  readonly json: boolean;
}

export interface Report {
  readonly summary: RunSummary;
  readonly comparison?: Comparison;
  readonly gate: GateDecision;
}

/** Prints a run the ways that were asked for: terminal or JSON, files, and what GitHub Actions reads. */
export async function printReports(
  report: Report,
  context: CommandContext<ReportFlags>,
  sections?: readonly TerminalSection[],
): Promise<void> {
  const { flags, terminal, app } = context;
  if (flags.json) terminal.out(`${JSON.stringify(toJsonReport(report))}\n`);
  else
    terminal.out(
      renderTerminal({ ...report, color: terminal.hasColor, width: terminal.width, ...(sections && { sections }) }),
    );
  if (flags.junit !== undefined) await writeTextFile(flags.junit, renderJunit(report));
  if (flags.markdown !== undefined) await writeTextFile(flags.markdown, renderMarkdown(report));
  if (app.env["GITHUB_ACTIONS"] === "true") {
    terminal.err(renderGithubAnnotations(report));
    const path = app.env["GITHUB_STEP_SUMMARY"];
    if (path) await appendFile(path, renderStepSummary(report));
  }
  if (flags.prComment) await comment(report, context);
}

async function comment(report: Report, { app, terminal }: CommandContext<ReportFlags>): Promise<void> {
  const pull = await pullRequestOf(app.env);
  if (!pull)
    return terminal.err(
      "no pull request here: --pr-comment needs GITHUB_EVENT_PATH of a pull request and GITHUB_TOKEN\n",
    );
  await upsertPullRequestComment({
    api: pull,
    body: renderMarkdown(report),
    marker: commentMarker(report.summary.run.suite),
    fetch,
  });
}
