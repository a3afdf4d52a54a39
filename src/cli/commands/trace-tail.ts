import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { jsonLine, LIMITS } from "../../kernel/index.ts";
import type { TraceSummary } from "../../domain/index.ts";
import type { TraceQuery } from "../../store/index.ts";
import { settleBeforeLooking } from "../../app/traces/index.ts";
import { defineCommand } from "../command.ts";
import { renderTraces } from "../render-traces.ts";
import { traceFlags, traceQueryOf } from "../trace-flags.ts";

const EVERY_MS = 1_000;
/** Runs that were listed are remembered for so many rows: late ones stand among them, not before. */
const REMEMBERED_MAX = 10_000;

export const traceTail = defineCommand({
  name: "trace tail",
  summary: "Show runs as they come in, until Ctrl-C.",
  flags: z.strictObject({ ...traceFlags, json: z.boolean().default(false).describe("print JSON lines") }),
  examples: [
    { line: "aegis trace tail --finding any", does: "failures as they are found" },
    { line: "aegis trace tail --agent support --json", does: "for a script" },
  ],
  async run({ flags, app, terminal, signal }) {
    const { json, ...filter } = flags;
    const store = await app.store();
    const list = (query: TraceQuery): Promise<TraceSummary[]> => store.listTraces(query);
    // Rows stand in order of their start: what settles late stands among those that were shown, so all of a page are looked at.
    const query = { ...traceQueryOf(filter, app.clock.nowMs()), limit: LIMITS.pageRowsMax };
    const seen = new Set<string>();
    let shownMax = flags.limit;
    while (!signal.aborted) {
      await settleBeforeLooking(app);
      const unseen = (await list(query)).filter(({ runId }) => !seen.has(runId));
      for (const { runId } of unseen) seen.add(runId);
      const fresh = unseen.slice(0, shownMax).toReversed();
      shownMax = LIMITS.pageRowsMax;
      if (json) for (const trace of fresh) terminal.out(jsonLine(trace));
      else terminal.out(renderTraces(fresh));
      forgetOldest(seen);
      await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
    return 0;
  },
});

function forgetOldest(seen: Set<string>): void {
  for (const runId of seen) {
    if (seen.size <= REMEMBERED_MAX) return;
    seen.delete(runId);
  }
}
