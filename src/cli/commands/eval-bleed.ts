import { z } from "zod";
import { jsonLine, LIMITS } from "../../kernel/index.ts";
import { caseFlags } from "../case-flags.ts";
import { defineCommand } from "../command.ts";
import { definedOnly } from "../defined-only.ts";
import { watchProgress } from "../watch-progress.ts";

export const evalBleed = defineCommand({
  name: "eval bleed",
  summary: "Find out whether trials lean on what earlier trials left behind.",
  about: [
    "Runs the suite in clean worlds, and again with all trials in one process, one folder and one world that nobody",
    "resets, in several orders. Says the pass rate each way, which cases change, and which file, row, variable, global",
    "or process travelled. Exit codes: 0 nothing changed, 1 cases changed, 2 no trial could be measured.",
  ].join("\n"),
  flags: z.strictObject({
    ...caseFlags,
    orders: z.coerce.number().int().min(1).max(100).default(3).describe("how often the shared state is run through"),
    concurrency: z.coerce
      .number()
      .int()
      .min(1)
      .max(LIMITS.concurrencyMax)
      .optional()
      .describe("clean trials at a time"),
    seed: z.coerce.number().int().min(0).optional().describe("repeat the orders and draws of an earlier run"),
    json: z.boolean().default(false).describe("print the report as JSON"),
  }),
  examples: [
    { line: "aegis eval bleed --suite production-v2", does: "shared and clean, side by side" },
    { line: "aegis eval bleed --agent leaky --orders 5", does: "another agent, five orders" },
  ],
  async run({ flags, app, terminal, signal }) {
    const [{ renderBleed }, { runBleed }] = await Promise.all([
      import("../../eval/bleed/index.ts"),
      import("../../app/bleed/index.ts"),
    ]);
    const { suite, agent, trials, isolation, concurrency, seed } = flags;
    const progress = watchProgress(terminal, { isQuiet: flags.json });
    const report = await runBleed(app, {
      cases: flags.case,
      tags: flags.tag,
      kinds: flags.kind,
      failing: false,
      orders: flags.orders,
      signal,
      onTrial: progress.trial,
      onPart: (part, count) => {
        progress.end();
        if (!flags.json) terminal.err(`${part}: ${count} trials\n`);
      },
      ...definedOnly({ suite, agent, trials, isolation, concurrency, seed }),
    });
    progress.end();
    terminal.out(flags.json ? jsonLine(report) : renderBleed(report, { color: terminal.hasColor }));
    if (report.clean.total === 0 || report.shared.total === 0) return 2;
    return report.isChanged ? 1 : 0;
  },
});
