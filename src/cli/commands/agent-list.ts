import { z } from "zod";
import { jsonLine } from "../../kernel/index.ts";
import { defineCommand } from "../command.ts";
import { renderTable } from "../render-table.ts";

export const agentList = defineCommand({
  name: "agent list",
  summary: "List agents: which versions are served, and where new runs go.",
  flags: z.strictObject({ json: z.boolean().default(false).describe("print JSON lines") }),
  examples: [{ line: "aegis agent list", does: "versions, their shares, and whether a process offers them" }],
  async run({ flags, app, terminal }) {
    const store = await app.store();
    const offered = new Set<string>();
    for (const worker of await store.listWorkers()) {
      if (!(await store.isWorkerHeld(worker.id))) continue;
      for (const { agent, version } of worker.offers) offered.add(`${agent}@${version}`);
    }
    const routes = await store.listRoutes();
    const rows = routes.map(({ agent, version, weight }) => {
      const total = routes.filter((route) => route.agent === agent).reduce((sum, route) => sum + route.weight, 0);
      const sharePercent = total === 0 ? 0 : (weight / total) * 100;
      return { agent, version, sharePercent, isOffered: offered.has(`${agent}@${version}`) };
    });
    if (flags.json) for (const row of rows) terminal.out(jsonLine(row));
    else if (rows.length === 0) terminal.err("no agent was served yet; start the server with: aegis serve\n");
    else {
      const cells = rows.map(({ agent, version, sharePercent, isOffered }) => [
        agent,
        version,
        `${sharePercent.toFixed(0)} % of new runs`,
        isOffered ? "served" : "no process offers it",
      ]);
      terminal.out(renderTable(cells));
    }
    return 0;
  },
});
