import { renderTerminal, type TerminalSection, toJsonReport } from "../eval/report/shown/index.ts";
import { jsonLine } from "../kernel/index.ts";
import type { CommandContext } from "./command.ts";
import type { Report, ReportFlags } from "./report.ts";

/** Prints a run the ways that were asked for: terminal or JSON, files, and what GitHub Actions reads. */
export async function printReports(
  report: Report,
  context: CommandContext<ReportFlags>,
  sections?: readonly TerminalSection[],
): Promise<void> {
  const { flags, terminal, app } = context;
  if (flags.json) terminal.out(jsonLine(toJsonReport(report)));
  else
    terminal.out(
      renderTerminal({ ...report, color: terminal.hasColor, width: terminal.width, ...(sections && { sections }) }),
    );
  const isSent = flags.junit !== undefined || flags.markdown !== undefined || flags.prComment;
  if (isSent || app.env["GITHUB_ACTIONS"] === "true") {
    const { sendReports } = await import("./send-reports.ts");
    await sendReports(report, context);
  }
}
