import { z } from "zod";
import { settleBeforeLooking } from "../../app/traces/index.ts";
import { jsonLine } from "../../kernel/index.ts";
import { defineCommand } from "../command.ts";
import { noTraceFits } from "../no-trace-fits.ts";
import { renderTraces } from "../render-traces.ts";
import { tellOlder, traceListFlags, traceQueryOf } from "../trace-flags.ts";

export const traceList = defineCommand({
  name: "trace list",
  summary: "List runs of all origins, newest first, with what was found in them.",
  flags: z.strictObject({ ...traceListFlags, json: z.boolean().default(false).describe("print JSON lines") }),
  examples: [
    { line: "aegis trace list --finding any --since 7d", does: "what went wrong this week" },
    { line: "aegis trace list --agent support --min-errors 1 --json", does: "one agent's runs with failed calls" },
  ],
  async run({ flags, app, terminal }) {
    await settleBeforeLooking(app);
    const { json, ...filter } = flags;
    const query = traceQueryOf(filter, app.clock.nowMs());
    const traces = await (await app.store()).listTraces(query);
    if (json) for (const trace of traces) terminal.out(jsonLine(trace));
    else if (traces.length > 0) {
      terminal.out(renderTraces(traces));
      terminal.err(tellOlder(traces, flags));
    } else if (Object.keys(query).length > 1) terminal.err(await noTraceFits(flags));
    else {
      terminal.err(
        "no traces yet: send OpenTelemetry to /v1/traces of `aegis serve`, or read a file with `aegis trace import`\n",
      );
    }
    return 0;
  },
});
