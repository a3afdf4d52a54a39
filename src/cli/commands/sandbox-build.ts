import { z } from "zod";
import { examineLevel } from "../../app/index.ts";
import { escapeTerminal, jsonLine } from "../../kernel/index.ts";
import { defineCommand } from "../command.ts";
import { render } from "./sandbox-doctor.ts";

const NOT_BUILT = 78;

export const sandboxBuild = defineCommand({
  name: "sandbox build",
  summary: "Make the guest of level vm: kernel, root image and template; kept for all trials to come.",
  about: "What is there already is kept. The first trial at level vm would do the same, and wait for it.",
  flags: z.strictObject({ json: z.boolean().default(false).describe("print JSON instead of text") }),
  examples: [{ line: "aegis sandbox build", does: "once per machine, and after an update of Node" }],
  async run({ flags, terminal }) {
    const built = await examineLevel("vm", {
      builds: true,
      onProgress: (message) => void (flags.json || terminal.err(`${escapeTerminal(message)}\n`)),
    });
    terminal.out(flags.json ? jsonLine(built) : render(built, terminal.hasColor));
    return built.isAvailable ? 0 : NOT_BUILT;
  },
});
