import { z } from "zod";
import { findRecord } from "../../app/index.ts";
import { AegisError, escapeTerminal, jsonLine } from "../../kernel/index.ts";
import { defineCommand } from "../command.ts";

export const evalBaselineSet = defineCommand({
  name: "eval baseline set",
  summary: "Make a run the baseline of its suite.",
  arguments: [{ name: "run", summary: "name or id of the run; `latest` unless told", isOptional: true }],
  flags: z.strictObject({
    name: z.string().default("main").describe("name of the baseline, usually a branch"),
    suite: z.string().optional().describe("suite that `latest` means"),
    json: z.boolean().default(false).describe("print JSON"),
  }),
  examples: [
    { line: "aegis eval baseline set", does: "the newest run becomes `main`" },
    { line: "aegis eval baseline set nightly-7 --name release", does: "another name" },
  ],
  async run({ flags, args, app, terminal }) {
    const { run } = await findRecord(app, args[0] ?? "latest", flags.suite);
    if (run.status !== "finished") {
      throw new AegisError("eval.still_running", `${run.name} is ${run.status}: only a finished run can be a baseline`);
    }
    await (await app.store()).setBaseline({ suite: run.suite, name: flags.name, evalRunId: run.id });
    const told = { suite: run.suite, baseline: flags.name, run: run.name, id: run.id };
    terminal.out(
      flags.json
        ? jsonLine(told)
        : `${escapeTerminal(run.name)} is now the baseline ${escapeTerminal(flags.name)} of ${escapeTerminal(run.suite)}\n`,
    );
    return 0;
  },
});
