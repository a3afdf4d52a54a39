import { userInfo } from "node:os";
import { z } from "zod";
import { jsonLine } from "../../kernel/index.ts";
import { tellRun } from "../../runtime/index.ts";
import { defineCommand } from "../command.ts";

export const runCancel = defineCommand({
  name: "run cancel",
  summary: "Cancel a run, whoever is at work on it.",
  arguments: [{ name: "run", summary: "id of the run" }],
  flags: z.strictObject({
    by: z.string().optional().describe("who cancels, for the log; your login unless told"),
    json: z.boolean().default(false).describe("print what was kept as JSON"),
  }),
  examples: [{ line: "aegis run cancel 01JCK7...", does: "model and tool calls under way are aborted" }],
  async run({ flags, args, app, terminal }) {
    const { clock, makeId } = app;
    const by = flags.by ?? userInfo().username;
    const at = { store: await app.store(), clock, makeId };
    const signal = await tellRun(at, { runId: args[0] ?? "", by, body: { kind: "cancel" } });
    terminal.out(flags.json ? jsonLine(signal) : "cancelled; the run ends as soon as its tools have stopped\n");
    return 0;
  },
});
