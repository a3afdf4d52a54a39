import { randomBytes } from "node:crypto";
import { z } from "zod";
import { ACCESS_SCOPES } from "../../domain/index.ts";
import { AegisError, jsonLine } from "../../kernel/index.ts";
import { issueApiKey } from "../../server/index.ts";
import { defineCommand } from "../command.ts";

const DAY_MS = 86_400_000;

export const keyCreate = defineCommand({
  name: "key create",
  summary: "Make an API key; its secret is shown once.",
  arguments: [{ name: "name", summary: "what the key is called in logs and decisions" }],
  flags: z.strictObject({
    role: z
      .enum(["user", "operator", "admin"])
      .default("user")
      .describe("what it may do at most: user, operator or admin"),
    scope: z
      .array(z.enum(ACCESS_SCOPES))
      .optional()
      .describe(`narrower rights than the role's: ${ACCESS_SCOPES.slice(0, -1).join(", ")}`),
    user: z.string().optional().describe("whom it acts for; its name unless told"),
    days: z.coerce.number().min(0).optional().describe("how long it is valid; for good unless told"),
    json: z.boolean().default(false).describe("print key and secret as JSON"),
  }),
  examples: [
    { line: "aegis key create admin --role admin", does: "the first key of a server that others can reach" },
    { line: "aegis key create ci --scope sessions:write --days 90", does: "a key that may only talk to agents" },
  ],
  async run({ flags, args, app, terminal }) {
    const name = args[0] ?? "";
    if (name === "" || flags.user === "")
      throw new AegisError("cli.usage", "a key needs a name, and a user to act for");
    const { clock, makeId } = app;
    const wanted = {
      name,
      role: flags.role,
      scopes: flags.scope ?? null,
      userId: flags.user ?? name,
      expiresAtMs: flags.days === undefined ? null : clock.nowMs() + flags.days * DAY_MS,
    };
    const { key, secret } = await issueApiKey(wanted, { store: await app.store(), clock, makeId, randomBytes });
    const { hash: _hash, ...shown } = key;
    if (flags.json) terminal.out(jsonLine({ ...shown, secret }));
    else {
      terminal.out(`${secret}\n`);
      terminal.err("Keep it now: only its hash is stored. Send it as: Authorization: Bearer KEY\n");
    }
    return 0;
  },
});
