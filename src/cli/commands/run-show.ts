import { z } from "zod";
import { AegisError, escapeTerminal, jsonLine, LIMITS } from "../../kernel/index.ts";
import { pendingDecisions } from "../../runtime/index.ts";
import { defineCommand } from "../command.ts";
import { renderTimeline } from "../render-trials.ts";

export const runShow = defineCommand({
  name: "run show",
  summary: "Show one run: its log as a timeline, and what it waits for.",
  arguments: [{ name: "run", summary: "id of the run" }],
  flags: z.strictObject({
    follow: z.boolean().default(false).describe("go on with what comes, to the run's end"),
    json: z.boolean().default(false).describe("print the log as JSON lines"),
  }),
  examples: [
    { line: "aegis run show 01JCK7...", does: "what happened so far" },
    { line: "aegis run show 01JCK7... --follow", does: "and what happens next" },
  ],
  async run({ flags, args, app, terminal, signal }) {
    const store = await app.store();
    const run = await store.findRun(args[0] ?? "");
    if (!run) throw new AegisError("run.not_found", `There is no run ${JSON.stringify(args[0])}`);
    const { tailLogInPages } = await import("../../log/index.ts");
    const pages = flags.follow
      ? tailLogInPages({ store, runId: run.id, signal })
      : [await store.read(run.id, { limit: LIMITS.runEventsMax })];
    let startMs: number | undefined;
    for await (const events of pages) {
      startMs ??= events[0]?.atMs;
      if (flags.json) terminal.out(events.map((event) => jsonLine(event)).join(""));
      else terminal.out(renderTimeline(events, terminal.hasColor, startMs));
    }
    if (!flags.json) terminal.err(await waiting(store, run.id));
    return 0;
  },
});

type Store = Awaited<ReturnType<Parameters<(typeof runShow)["run"]>[0]["app"]["store"]>>;

async function waiting(store: Store, runId: Parameters<Store["read"]>[0]): Promise<string> {
  const asked = pendingDecisions(await store.read(runId, { limit: LIMITS.runEventsMax }));
  return asked
    .map(({ kind, effect, tool, arguments: given }) => {
      const how = kind === "approval" ? "--approve, --deny or --edit JSON" : "--happened [JSON], --repeat or --failed";
      return `waits: ${kind} of ${escapeTerminal(`${tool} ${JSON.stringify(given)}`)}; aegis run decide ${runId} --effect ${effect} ${how}\n`;
    })
    .join("");
}
