import { z } from "zod";
import { settleBeforeLooking } from "../../app/traces/index.ts";
import { AegisError, jsonLine, LIMITS } from "../../kernel/index.ts";
import { defineCommand } from "../command.ts";
import { noTraceFits } from "../no-trace-fits.ts";
import { renderTraces } from "../render-traces.ts";
import { tellOlder, traceListFlags, traceQueryOf } from "../trace-flags.ts";

export const traceSearch = defineCommand({
  name: "trace search",
  summary: "Find runs by what was said in them: by users, agents, tools and errors.",
  about: "All of the words have to be there; the beginning of the last one is enough.",
  arguments: [{ name: "words", summary: "what to look for", isList: true }],
  flags: z.strictObject({ ...traceListFlags, json: z.boolean().default(false).describe("print JSON lines") }),
  examples: [
    { line: "aegis trace search refund declined", does: "runs in which both words stand" },
    { line: "aegis trace search timeout --tool billing.lookup --since 24h", does: "narrowed by tool and time" },
  ],
  async run({ flags, args, app, terminal }) {
    const text = wantedText(args);
    await settleBeforeLooking(app);
    const { json, ...filter } = flags;
    const query = { ...traceQueryOf(filter, app.clock.nowMs()), text };
    const traces = await (await app.store()).listTraces(query);
    if (json) for (const trace of traces) terminal.out(jsonLine(trace));
    else if (traces.length > 0) {
      terminal.out(renderTraces(traces));
      terminal.err(tellOlder(traces, flags));
    } else terminal.err(await noTraceFits(flags, "no trace holds all of these words"));
    return 0;
  },
});

/** @throws {AegisError} "cli.usage" */
function wantedText(words: readonly string[]): string {
  const text = words.join(" ");
  const max = LIMITS.traceSearchCharactersMax;
  if (text.length <= max) return text;
  throw new AegisError("cli.usage", `aegis trace search: WORDS: at most ${max} characters, got ${text.length}`, {
    fix: "Look for fewer words.",
  });
}
