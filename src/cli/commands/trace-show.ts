import { z } from "zod";
import { openAppTraces, settleBeforeLooking } from "../../app/traces/index.ts";
import { escapeTerminal, jsonLine } from "../../kernel/index.ts";
import { defineCommand } from "../command.ts";
import { renderTraceHead } from "../render-traces.ts";
import { renderTimeline } from "../render-trials.ts";

export const traceShow = defineCommand({
  name: "trace show",
  summary: "Show one run: what is known of it, what was found, and its log as a timeline.",
  arguments: [{ name: "trace", summary: "id of the run or the trace, or its beginning from 6 characters on" }],
  flags: z.strictObject({
    json: z.boolean().default(false).describe("print what is known, then the log, as JSON lines"),
  }),
  examples: [
    { line: "aegis trace show 01JCK7...", does: "what happened" },
    { line: "aegis trace show 5b8efff798038103d269b633813fc60c --json", does: "by the trace's own id, for a script" },
  ],
  async run({ flags, args, app, terminal }) {
    await settleBeforeLooking(app);
    const traces = await openAppTraces(app);
    const trace = await traces.find(args[0] ?? "");
    const [events, feedback] = await Promise.all([traces.events(trace), traces.feedback(trace.runId)]);
    if (flags.json) {
      for (const line of [{ ...trace, feedback }, ...events]) terminal.out(jsonLine(line));
      return 0;
    }
    terminal.out(`${renderTraceHead(trace)}\n`);
    terminal.out(renderTimeline(events, terminal.hasColor));
    for (const { name, score, by, comment } of feedback) {
      terminal.out(escapedLine(`feedback: ${name} ${score} by ${by}${comment === undefined ? "" : `: ${comment}`}`));
    }
    if (trace.findings.length > 0) terminal.err(`next: aegis case from-trace ${trace.runId}\n`);
    return 0;
  },
});

function escapedLine(text: string): string {
  return `  ${escapeTerminal(text)}\n`;
}
