import { z } from "zod";
import { jsonLine, LIMITS } from "../../kernel/index.ts";
import { defineCommand } from "../command.ts";
import { definedOnly } from "../defined-only.ts";
import { renderTable, renderTime } from "../render-table.ts";

export const sessionList = defineCommand({
  name: "session list",
  summary: "List sessions with live agents, newest first.",
  flags: z.strictObject({
    agent: z.string().optional().describe("only sessions with this agent"),
    user: z.string().optional().describe("only sessions of this user"),
    limit: z.coerce.number().int().min(1).max(LIMITS.pageRowsMax).default(20).describe("rows to show"),
    json: z.boolean().default(false).describe("print JSON lines"),
  }),
  examples: [{ line: "aegis session list --user ada", does: "one user's sessions" }],
  async run({ flags, app, terminal }) {
    const { limit, agent, user: ownerId } = flags;
    const isNarrowed = agent !== undefined || ownerId !== undefined;
    const sessions = await (await app.store()).listSessions({ limit, ...definedOnly({ agent, ownerId }) });
    if (flags.json) for (const session of sessions) terminal.out(jsonLine(session));
    else if (sessions.length === 0)
      terminal.err(isNarrowed ? "no session fits\n" : "no sessions yet; start the server with: aegis serve\n");
    else {
      const cells = sessions.map(({ id, ownerId: owner, closedAtMs, createdAtMs, ...session }) => [
        id,
        session.agent,
        owner,
        closedAtMs === null ? "open" : "closed",
        renderTime(createdAtMs),
      ]);
      terminal.out(renderTable(cells));
    }
    return 0;
  },
});
