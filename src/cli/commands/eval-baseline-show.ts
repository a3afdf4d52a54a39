import { z } from "zod";
import { findBaselineRecord, findSuite } from "../../app/index.ts";
import { decideGate } from "../../eval/gate/index.ts";
import { summarizeRun } from "../../eval/summary/index.ts";
import { defineCommand } from "../command.ts";
import { printReports } from "../print-reports.ts";
import { reportFlags } from "../report-flags.ts";

export const evalBaselineShow = defineCommand({
  name: "eval baseline show",
  summary: "Show a suite's baseline.",
  arguments: [{ name: "suite", summary: "the suite; the project's only one unless told", isOptional: true }],
  flags: z.strictObject({ name: z.string().default("main").describe("name of the baseline"), ...reportFlags }),
  examples: [{ line: "aegis eval baseline show production-v2", does: "what new runs are compared with" }],
  async run(context) {
    const { flags, args, app } = context;
    const suite = args[0] ?? (await findSuite(await app.config(), undefined)).name;
    const { run, trials } = await findBaselineRecord(app, suite, flags.name);
    const summary = summarizeRun(run, trials);
    await printReports({ summary, gate: decideGate({ summary }) }, context);
    return 0;
  },
});
