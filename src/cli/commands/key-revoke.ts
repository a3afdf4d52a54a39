import { z } from "zod";
import { AegisError, type Id, jsonLine } from "../../kernel/index.ts";
import { defineCommand } from "../command.ts";

export const keyRevoke = defineCommand({
  name: "key revoke",
  summary: "End an API key at once.",
  arguments: [{ name: "key", summary: "id of the key" }],
  flags: z.strictObject({ json: z.boolean().default(false).describe("print the result as JSON") }),
  examples: [{ line: "aegis key revoke 01JCK7...", does: "its next request is refused" }],
  async run({ flags, args, app, terminal }) {
    const id = args[0] ?? "";
    const isFound = await (await app.store()).expireApiKey(id as Id<"api-key">, app.clock.nowMs());
    if (!isFound) throw new AegisError("key.not_found", `There is no key ${JSON.stringify(id)}`);
    terminal.out(flags.json ? jsonLine({ id, isRevoked: true }) : "revoked\n");
    return 0;
  },
});
