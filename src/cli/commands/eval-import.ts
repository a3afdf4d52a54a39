import { basename } from "node:path";
import { z } from "zod";
import { importEval } from "../../app/index.ts";
import { IMPORT_FORMATS } from "../../eval/import/index.ts";
import { summarizeRun } from "../../eval/summary/index.ts";
import { countNoun, escapeTerminal, jsonLine } from "../../kernel/index.ts";
import { defineCommand } from "../command.ts";
import { definedOnly } from "../defined-only.ts";

export const evalImport = defineCommand({
  name: "eval import",
  summary: "Import results recorded by others as an eval run.",
  about: "Several files of the same tasks are more trials. The run can be shown and compared like any other.",
  arguments: [{ name: "file", summary: "recorded results", isList: true }],
  flags: z.strictObject({
    format: z.enum(IMPORT_FORMATS).describe("tau1, tau2 or jsonl"),
    run: z.string().optional().describe("name of the run; the first file's name unless told"),
    success: z
      .string()
      .optional()
      .describe("path, within a row, of what says success, e.g. info.reward_info.components.base_success"),
    skipBad: z
      .boolean()
      .default(false)
      .describe("jsonl: leave bad lines out and count them, instead of refusing the file"),
    json: z.boolean().default(false).describe("print JSON"),
  }),
  examples: [
    { line: "aegis eval import results.json --format tau1 --run gpt-4o", does: "one file" },
    {
      line: "aegis eval import trial1.json trial2.json trial3.json --format tau2 --run refined",
      does: "three trials of the same tasks",
    },
  ],
  async run({ flags, args, app, terminal }) {
    const runName = flags.run ?? basename(args[0] ?? "import").replace(/\.\w+$/, "");
    const { format, skipBad } = flags;
    const imported = await importEval(app, {
      files: args,
      format,
      skipBad,
      runName,
      ...definedOnly({ successPath: flags.success }),
    } as Parameters<typeof importEval>[1]);
    const { run, notes } = imported;
    const summary = summarizeRun(
      run,
      imported.trials.map(({ trial }) => trial),
    );
    if (flags.json) {
      const { kept, refusedCount, refused, remarks } = notes;
      const { suite } = summary;
      terminal.out(
        jsonLine({
          run: run.name,
          id: run.id,
          kept,
          refusedCount,
          refused,
          remarks,
          passRate: suite.passRate?.rate ?? null,
          cases: summary.cases.length,
        }),
      );
      return 0;
    }
    const rate = summary.suite.passRate;
    const name = escapeTerminal(run.name);
    terminal.out(
      `${name}: ${countNoun(notes.kept, "trial")} of ${countNoun(summary.cases.length, "case")}, pass rate ${rate ? `${(rate.rate * 100).toFixed(1)} %` : "unknown"}\n`,
    );
    for (const remark of notes.remarks) terminal.out(`  note: ${escapeTerminal(remark)}\n`);
    if (notes.refusedCount > 0) terminal.err(`  ${notes.refusedCount} rows were refused\n`);
    terminal.out(`next: aegis eval show ${name}, or aegis eval compare OTHER ${name}\n`);
    return 0;
  },
});
