import { z } from "zod";
import { AegisError, jsonLine } from "../../kernel/index.ts";
import { setWeights } from "../../runtime/index.ts";
import { defineCommand } from "../command.ts";

export const agentRoute = defineCommand({
  name: "agent route",
  summary: "Share out an agent's new runs between versions: canary, promotion, rollback.",
  about: "Runs under way stay where they began, and a session stays with its version as long as the shares stay.",
  arguments: [
    { name: "agent", summary: "name of the agent" },
    { name: "share", summary: "VERSION=WEIGHT, one for each version that gets runs", isList: true },
  ],
  flags: z.strictObject({ json: z.boolean().default(false).describe("print the shares as JSON") }),
  examples: [
    { line: "aegis agent route support 1.4.0=90 1.5.0=10", does: "a tenth of the sessions go to the new version" },
    { line: "aegis agent route support 1.4.0=1", does: "roll back" },
  ],
  async run({ flags, args, app, terminal }) {
    const [agent = "", ...shares] = args;
    const weights = shares.map((share) => {
      const [, version, weight] = /^(.+)=(\d+(?:\.\d+)?)$/.exec(share) ?? [];
      if (version === undefined) throw new AegisError("cli.usage", `${JSON.stringify(share)} is no VERSION=WEIGHT`);
      return { version, weight: Number(weight) };
    });
    await setWeights({ store: await app.store(), clock: app.clock }, agent, weights);
    terminal.out(flags.json ? jsonLine({ agent, weights }) : "new runs are shared out like this from now on\n");
    return 0;
  },
});
