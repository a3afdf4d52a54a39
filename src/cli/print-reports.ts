import { appendFile, writeFile } from "node:fs/promises";
import { z } from "zod";
import { AegisError } from "../kernel/index.ts";
import {
  commentMarker,
  type Comparison,
  type GateDecision,
  renderGithubAnnotations,
  renderJunit,
  renderMarkdown,
  renderStepSummary,
  renderTerminal,
  type RunSummary,
  toJsonReport,
  upsertPullRequestComment,
} from "../eval/index.ts";
import type { CommandContext } from "./command.ts";
import { pullRequestOf } from "./pull-request.ts";

/** Flags of every command that reports on a run. */
export const reportFlags = {
  failUnder: z.coerce.number().min(0).max(100).optional().describe("fail when the suite's pass rate in percent is lower"),
  failOn: z
    .array(z.enum(["regressed", "behaviour", "flaky", "not-enough-evidence"]))
    .default([])
    .describe("fail on these findings against the baseline: regressed, behaviour, flaky, not-enough-evidence"),
  maxVoidShare: z.coerce.number().min(0).max(1).optional().describe("share of void trials above which nothing was measured (default 0.1)"),
  junit: z.string().optional().describe("write a JUnit XML file"),
  markdown: z.string().optional().describe("write a Markdown report"),
  prComment: z.boolean().default(false).describe("create or update one comment on the pull request (GitHub Actions)"),
  json: z.boolean().default(false).describe("print JSON instead of the report"),
};

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
export async function printReports(report: Report, context: CommandContext<ReportFlags>): Promise<void> {
  const { flags, terminal, app } = context;
  if (flags.json) terminal.out(`${JSON.stringify(toJsonReport(report))}\n`);
  else terminal.out(renderTerminal({ ...report, color: terminal.hasColor, width: terminal.width }));
  if (flags.junit !== undefined) await save(flags.junit, renderJunit(report));
  if (flags.markdown !== undefined) await save(flags.markdown, renderMarkdown(report));
  if (app.env["GITHUB_ACTIONS"] === "true") {
    terminal.err(renderGithubAnnotations(report));
    const path = app.env["GITHUB_STEP_SUMMARY"];
    if (path) await appendFile(path, renderStepSummary(report));
  }
  if (flags.prComment) await comment(report, context);
}

async function comment(report: Report, { app, terminal }: CommandContext<ReportFlags>): Promise<void> {
  const pull = await pullRequestOf(app.env);
  if (!pull) return terminal.err("no pull request here: --pr-comment needs GITHUB_EVENT_PATH of a pull request and GITHUB_TOKEN\n");
  await upsertPullRequestComment({ api: pull, body: renderMarkdown(report), marker: commentMarker(report.summary.run.suite), fetch });
}

async function save(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    throw new AegisError("io.failed", `${path} cannot be written: ${(cause as Error).message}`, { cause });
  }
}
