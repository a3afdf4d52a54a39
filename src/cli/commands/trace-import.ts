import { z } from "zod";
import { type ImportedTraceFile, importTraces, TRACE_FILE_FORMATS } from "../../app/traces/index.ts";
import { countNoun, escapeTerminal, jsonLine } from "../../kernel/index.ts";
import { defineCommand } from "../command.ts";
import { definedOnly } from "../defined-only.ts";
import type { Terminal } from "../terminal.ts";

/** Refusals shown; all are counted. */
const SHOWN_MAX = 10;

export const traceImport = defineCommand({
  name: "trace import",
  summary: "Read files of traces and recorded conversations: OTLP, Langfuse, Inspect, promptfoo, tau-bench, ...",
  about: "Each trace or conversation becomes an observed run. What was imported before is known again.",
  arguments: [{ name: "file", summary: "traces or recorded conversations", isList: true }],
  flags: z.strictObject({
    format: z
      .enum(TRACE_FILE_FORMATS)
      .optional()
      .describe(`what the files hold, where their content does not say: ${TRACE_FILE_FORMATS.join(", ")}`),
    json: z.boolean().default(false).describe("print JSON lines, one for each file"),
  }),
  examples: [
    { line: "aegis trace import traces.jsonl", does: "what a collector wrote to a file" },
    { line: "aegis trace import results.json --format tau1", does: "recorded conversations" },
  ],
  async run({ flags, args, app, terminal }) {
    const onFile = (file: ImportedTraceFile) => (flags.json ? terminal.out(jsonLine(file)) : tellFile(file, terminal));
    await importTraces(app, { files: args, onFile, ...definedOnly({ format: flags.format }) });
    if (!flags.json) terminal.out("next: aegis trace list --finding any\n");
    return 0;
  },
});

function tellFile(file: ImportedTraceFile, terminal: Terminal): void {
  const known = file.knownCount === 0 ? "" : `, ${file.knownCount} known already`;
  const from = file.spanCount === 0 ? "" : ` from ${countNoun(file.spanCount, "span")}`;
  terminal.out(`${escapeTerminal(file.path)} (${file.format}): ${countNoun(file.runCount, "run")}${from}${known}\n`);
  const hidden = Object.values(file.redacted).reduce((sum, count) => sum + count, 0);
  if (hidden > 0) terminal.out(`  ${countNoun(hidden, "secret")} hidden\n`);
  for (const why of file.refused.slice(0, SHOWN_MAX)) terminal.err(`  refused: ${escapeTerminal(why)}\n`);
  if (file.refused.length > SHOWN_MAX) terminal.err(`  and ${file.refused.length - SHOWN_MAX} more were refused\n`);
}
