import { z } from "zod";
import type { RunRecord } from "../../domain/index.ts";
import { jsonLine, LIMITS } from "../../kernel/index.ts";
import { defineCommand } from "../command.ts";
import { definedOnly } from "../defined-only.ts";
import { renderTable, renderTime } from "../render-table.ts";

export const runList = defineCommand({
  name: "run list",
  summary: "List runs of live sessions, newest first.",
  flags: z.strictObject({
    status: z
      .enum(["queued", "running", "paused", "ended"])
      .optional()
      .describe("only runs in this state: queued, running, paused or ended"),
    session: z.string().optional().describe("only runs of this session"),
    agent: z.string().optional().describe("only runs of this agent"),
    user: z.string().optional().describe("only runs of this user"),
    limit: z.coerce.number().int().min(1).max(LIMITS.pageRowsMax).default(20).describe("rows to show"),
    json: z.boolean().default(false).describe("print JSON lines"),
  }),
  examples: [
    { line: "aegis run list --status paused", does: "what waits for a person or a time" },
    { line: "aegis run list --user ada --json", does: "one user's runs, for a script" },
  ],
  async run({ flags, app, terminal }) {
    const { limit, status, agent, session: sessionId, user: ownerId } = flags;
    const isNarrowed = [status, agent, sessionId, ownerId].some((wanted) => wanted !== undefined);
    const store = await app.store();
    const runs = await store.listRuns({ limit, ...definedOnly({ status, agent, sessionId, ownerId }) });
    if (flags.json) for (const run of runs) terminal.out(jsonLine(run));
    else if (runs.length === 0)
      terminal.err(isNarrowed ? "no run fits\n" : "no runs yet; start the server with: aegis serve\n");
    else terminal.out(renderTable(runs.map(cellsOf)));
    return 0;
  },
});

function cellsOf(run: RunRecord): string[] {
  const { id, agent, version, status, pausedOn, outcome, ownerId, createdAtMs, input } = run;
  const state = status === "paused" ? `waits for ${pausedOn}` : status === "ended" ? String(outcome) : status;
  return [id, `${agent}@${version}`, state, ownerId, renderTime(createdAtMs), input.message.slice(0, 60)];
}
