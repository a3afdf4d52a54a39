import { z } from "zod";
import { findRecord } from "../../app/index.ts";
import { compareRuns } from "../../eval/compare/index.ts";
import { decideGate } from "../../eval/gate/index.ts";
import { summarizeRun } from "../../eval/summary/index.ts";
import { defineCommand } from "../command.ts";
import { definedOnly } from "../defined-only.ts";
import { printReports } from "../print-reports.ts";
import { reportFlags } from "../report-flags.ts";

export const evalCompare = defineCommand({
  name: "eval compare",
  summary: "Compare two runs case by case: result and behaviour.",
  about: [
    "A is the old run: a name, an id, or the name of a baseline such as `main`. B is the new one, `latest` unless told.",
    "Exit code 0 unless --fail-on or --fail-under close the gate.",
  ].join("\n"),
  arguments: [
    { name: "a", summary: "the old run, or a baseline's name" },
    { name: "b", summary: "the new run; `latest` unless told", isOptional: true },
  ],
  flags: z.strictObject({
    suite: z.string().optional().describe("suite whose baseline or latest run is meant"),
    ...reportFlags,
  }),
  examples: [
    { line: "aegis eval compare main", does: "the newest run against the baseline" },
    { line: "aegis eval compare before after --fail-on regressed,behaviour", does: "two runs by name, as a gate" },
  ],
  async run(context) {
    const { flags, args, app } = context;
    const b = await findRecord(app, args[1] ?? "latest", flags.suite);
    const a = await findRecord(app, args[0] ?? "main", flags.suite ?? b.run.suite);
    const comparison = compareRuns({ a, b });
    const summary = summarizeRun(b.run, b.trials);
    const isGate = flags.failOn.length > 0 || flags.failUnder !== undefined;
    const { failOn, failUnder, maxVoidShare } = flags;
    const gate = decideGate({ summary, comparison, options: { failOn, ...definedOnly({ failUnder, maxVoidShare }) } });
    const sections = ["header", "comparison", ...(isGate ? ["gate" as const] : []), "notSeen", "next"] as const;
    await printReports({ summary, comparison, gate }, context, sections);
    return isGate ? gate.exitCode : 0;
  },
});
