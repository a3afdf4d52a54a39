import { z } from "zod";
import { jsonLine, LIMITS } from "../../kernel/index.ts";
import { defineCommand } from "../command.ts";
import { renderTable, renderTime } from "../render-table.ts";

export const keyList = defineCommand({
  name: "key list",
  summary: "List API keys, newest first.",
  flags: z.strictObject({ json: z.boolean().default(false).describe("print JSON lines") }),
  examples: [{ line: "aegis key list", does: "names, roles and ends; never secrets" }],
  async run({ flags, app, terminal }) {
    const keys = await (await app.store()).listApiKeys(LIMITS.pageRowsMax);
    const nowMs = app.clock.nowMs();
    const shown = keys.map(({ hash: _hash, ...key }) => ({
      ...key,
      isValid: key.expiresAtMs === null || key.expiresAtMs > nowMs,
    }));
    if (flags.json) for (const key of shown) terminal.out(jsonLine(key));
    else if (shown.length === 0) terminal.err("no keys yet; make one with: aegis key create NAME\n");
    else {
      const cells = shown.map(({ id, name, role, scopes, userId, isValid, expiresAtMs }) => [
        id,
        name,
        role,
        scopes?.join(",") ?? "all",
        userId,
        isValid ? (expiresAtMs === null ? "valid" : `until ${renderTime(expiresAtMs)}`) : "ended",
      ]);
      terminal.out(renderTable(cells));
    }
    return 0;
  },
});
