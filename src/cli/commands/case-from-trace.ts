import { z } from "zod";
import { findTracedRun } from "../../app/from-trace/index.ts";
import { defineCommand } from "../command.ts";
import { makeTraceCases } from "../make-trace-cases.ts";
import { traceCaseFlags } from "../trace-case-flags.ts";

export const caseFromTrace = defineCommand({
  name: "case from-trace",
  summary: "Make a failed run a case of a suite, and see whether the failure comes again.",
  about:
    "What was said, what the model answered and what tools gave back is recorded in a cassette, without secrets. Exit code 0: the failure came again; 1: it did not; 2: it could not be measured.",
  arguments: [{ name: "id", summary: "id of a run, or of a trial" }],
  flags: z.strictObject({
    good: z
      .string()
      .optional()
      .describe("id of a run or trial of the same task that went well: what it did is demanded"),
    ...traceCaseFlags,
  }),
  examples: [
    { line: "aegis case from-trace 01JCK7...", does: "a case that shows the failure again" },
    { line: "aegis case from-trace 01JCK7... --good 01JCK9...", does: "and demands what a good run did" },
    { line: "aegis case from-trace 01JCK7... --suite support --live --trials 5", does: "with the agent's own model" },
  ],
  async run({ flags, args: [id = ""], app, terminal, signal }) {
    const run = await findTracedRun(app, id);
    const good = flags.good === undefined ? undefined : await findTracedRun(app, flags.good);
    return makeTraceCases({ runs: [run], good }, { app, flags, terminal, signal });
  },
});
