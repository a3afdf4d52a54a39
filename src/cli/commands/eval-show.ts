import { z } from "zod";
import { findRecord } from "../../app/index.ts";
import { decideGate } from "../../eval/gate/index.ts";
import { summarizeRun } from "../../eval/summary/index.ts";
import { defineCommand } from "../command.ts";
import { definedOnly } from "../defined-only.ts";
import { printReports } from "../print-reports.ts";
import { reportFlags } from "../report-flags.ts";

export const evalShow = defineCommand({
  name: "eval show",
  summary: "Show one eval run.",
  arguments: [{ name: "run", summary: "name or id of the run; `latest` unless told", isOptional: true }],
  flags: z.strictObject({ suite: z.string().optional().describe("suite that `latest` means"), ...reportFlags }),
  examples: [
    { line: "aegis eval show", does: "the newest run" },
    { line: "aegis eval show nightly-7 --json", does: "everything about one run, for a script" },
  ],
  async run(context) {
    const { flags, args, app } = context;
    const { run, trials } = await findRecord(app, args[0] ?? "latest", flags.suite);
    const summary = summarizeRun(run, trials);
    const gate = decideGate({ summary, options: definedOnly({ failUnder: flags.failUnder, maxVoidShare: flags.maxVoidShare }) });
    await printReports({ summary, gate }, context);
    return 0;
  },
});
