import { z } from "zod";
import { AegisError, countNoun, jsonLine } from "../../kernel/index.ts";
import { defineCommand } from "../command.ts";

export const userErase = defineCommand({
  name: "user erase",
  summary: "Erase everything there is of a user: memory, sessions, runs and their logs.",
  about: "There is no way back. GET /v1/users/USER/export of the server gives a copy first.",
  arguments: [{ name: "user", summary: "id of the user" }],
  flags: z.strictObject({
    yes: z.boolean().default(false).describe("really do it"),
    json: z.boolean().default(false).describe("print what was erased as JSON"),
  }),
  examples: [{ line: "aegis user erase ada --yes", does: "as if she had never been here" }],
  async run({ flags, args, app, terminal }) {
    const userId = args[0] ?? "";
    if (!flags.yes)
      throw new AegisError("cli.usage", `this erases all of ${JSON.stringify(userId)} for good; say --yes`);
    const gone = await (await app.store()).eraseUser(userId);
    const { memories, sessions, runs } = gone;
    const said = `${countNoun(memories, "memory", "memories")}, ${countNoun(sessions, "session")}, ${countNoun(runs, "run")} erased\n`;
    terminal.out(flags.json ? jsonLine({ userId, ...gone }) : said);
    return 0;
  },
});
