import { z } from "zod";
import type { MemoryScope } from "../../domain/index.ts";
import { AegisError, jsonLine, LIMITS } from "../../kernel/index.ts";
import { defineCommand } from "../command.ts";
import { renderTable, renderTime } from "../render-table.ts";

export const memoryList = defineCommand({
  name: "memory list",
  summary: "Show what agents remember of a user, or an agent's own memory.",
  flags: z.strictObject({
    user: z.string().optional().describe("whose memory"),
    agent: z.string().optional().describe("which agent's own memory"),
    search: z.string().optional().describe("full text over keys and values, best first"),
    limit: z.coerce.number().int().min(1).max(LIMITS.pageRowsMax).default(50).describe("rows to show"),
    json: z.boolean().default(false).describe("print JSON lines"),
  }),
  examples: [
    { line: "aegis memory list --user ada", does: "everything remembered of one user" },
    { line: "aegis memory list --user ada --search address", does: "what fits the words" },
  ],
  async run({ flags, app, terminal }) {
    const store = await app.store();
    const scope = scopeOf(flags);
    const entries =
      flags.search === undefined
        ? await store.listMemory(scope, { limit: flags.limit })
        : await store.searchMemory(scope, flags.search, flags.limit);
    if (flags.json) for (const entry of entries) terminal.out(jsonLine(entry));
    else if (entries.length === 0) terminal.err("nothing is remembered\n");
    else {
      const cells = entries.map(({ key, version, updatedAtMs, value }) => [
        key,
        `v${version}`,
        renderTime(updatedAtMs),
        JSON.stringify(value).slice(0, 120),
      ]);
      terminal.out(renderTable(cells));
    }
    return 0;
  },
});

function scopeOf({ user, agent }: { user?: string | undefined; agent?: string | undefined }): MemoryScope {
  if (user !== undefined && agent === undefined) return { kind: "user", id: user };
  if (agent !== undefined && user === undefined) return { kind: "agent", id: agent };
  throw new AegisError("cli.usage", "give --user or --agent");
}
