import { appendFile } from "node:fs/promises";
import {
  commentMarker,
  renderGithubAnnotations,
  renderJunit,
  renderMarkdown,
  renderStepSummary,
  upsertPullRequestComment,
} from "../eval/report/index.ts";
import type { CommandContext } from "./command.ts";
import { pullRequestOf } from "./pull-request.ts";
import type { Report, ReportFlags } from "./report.ts";
import { writeTextFile } from "./write-text-file.ts";

/** The ways of a report that few runs are asked for: files, and what GitHub reads. */
export async function sendReports(report: Report, context: CommandContext<ReportFlags>): Promise<void> {
  const { flags, terminal, app } = context;
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
