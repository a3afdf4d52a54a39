import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { AegisError, escapeTerminal, jsonLine } from "../../kernel/index.ts";
import { defineCommand } from "../command.ts";
import { readServeNote, type ServeNote } from "../serve/serve-note.ts";

const LOOK_MS = 50;

export const deploy = defineCommand({
  name: "deploy",
  summary: "Bring the code that is there now live, without a break for anybody.",
  about: [
    "Tells the `aegis serve` of this project to start the present code beside the old one. New runs go to it as soon as it",
    "serves; the old process finishes the runs it has. When the new code does not start, the old one goes on.",
    "",
    "Raise the agent's `version` with every change: runs under way finish on the version that began them.",
  ].join("\n"),
  flags: z.strictObject({
    timeout: z.coerce.number().min(1).default(90).describe("seconds to wait for the new code"),
    json: z.boolean().default(false).describe("print the result as JSON"),
  }),
  examples: [{ line: "aegis deploy", does: "the same as SIGHUP to `aegis serve`, and says how it went" }],
  async run({ flags, app, terminal, signal }) {
    const { root } = await app.config();
    const before = readServeNote(root);
    if (!before) throw new AegisError("serve.not_running", `No aegis serve is at work for ${root}`);
    process.kill(before.pid, "SIGHUP");
    const after = await nextDeploy(root, before, { timeoutMs: flags.timeout * 1_000, signal });
    const isLive = after?.deployed === "live";
    const { url, agents } = after ?? before;
    if (flags.json) terminal.out(jsonLine({ isLive, url, agents }));
    else if (isLive) terminal.out(`live at ${url}\n${agents.map((each) => `  ${escapeTerminal(each)}\n`).join("")}`);
    else terminal.err("The new code did not start; the old one goes on. What aegis serve printed says why.\n");
    return isLive ? 0 : 1;
  },
});

async function nextDeploy(
  root: string,
  before: ServeNote,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<ServeNote | undefined> {
  for (let waitedMs = 0; waitedMs < timeoutMs && !signal.aborted; waitedMs += LOOK_MS) {
    const note = readServeNote(root);
    if (note?.pid === before.pid && note.deployCount > before.deployCount) return note;
    await wait(LOOK_MS);
  }
  return undefined;
}
