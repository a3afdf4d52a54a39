import { userInfo } from "node:os";
import { z } from "zod";
import type { RunSignalBody } from "../../domain/index.ts";
import { AegisError, type Json, jsonLine, LIMITS } from "../../kernel/index.ts";
import { pendingDecisions, tellRun } from "../../runtime/index.ts";
import { defineCommand } from "../command.ts";

const flagsSchema = z.strictObject({
  approve: z.boolean().default(false).describe("let the tool run"),
  deny: z.boolean().default(false).describe("refuse; the agent is told"),
  edit: z.string().optional().describe("let the tool run with these arguments (JSON) instead"),
  happened: z.string().optional().describe("a call in doubt took place, with this result (JSON)"),
  repeat: z.boolean().default(false).describe("a call in doubt did not take place: make it again"),
  failed: z.boolean().default(false).describe("a call in doubt counts as failed"),
  effect: z.coerce.number().int().min(0).optional().describe("which decision, where the run waits for several"),
  by: z.string().optional().describe("who decides, for the log; your login unless told"),
  json: z.boolean().default(false).describe("print what was kept as JSON"),
});

export const runDecide = defineCommand({
  name: "run decide",
  summary: "Decide what a run waits for: an approval, or a tool call nobody knows the end of.",
  arguments: [{ name: "run", summary: "id of the run" }],
  flags: flagsSchema,
  examples: [
    { line: "aegis run decide 01JCK7... --approve", does: "the only decision the run waits for" },
    { line: `aegis run decide 01JCK7... --edit '{"amountCents":500}'`, does: "with other arguments" },
    { line: "aegis run decide 01JCK7... --effect 3 --repeat", does: "a call in doubt is made again" },
  ],
  async run({ flags, args, app, terminal }) {
    const runId = args[0] ?? "";
    const { clock, makeId } = app;
    const store = await app.store();
    const run = await store.findRun(runId);
    if (!run) throw new AegisError("run.not_found", `There is no run ${JSON.stringify(runId)}`);
    const asked = pendingDecisions(await store.read(run.id, { limit: LIMITS.runEventsMax }));
    const kind = bodyOf(flags, -1).kind;
    if (run.status === "ended") throw new AegisError("run.ended", `Run ${run.id} has ended`);
    if (asked.length === 0) throw new AegisError("cli.usage", "the run waits for no decision: see aegis run show");
    const fitting = asked.filter((each) => each.kind === kind);
    const effect = flags.effect ?? (fitting.length === 1 ? fitting[0]?.effect : undefined);
    if (effect === undefined) {
      const effects = asked.map((each) => `${each.effect} (${each.kind} of ${each.tool})`).join(", ");
      throw new AegisError("cli.usage", `which decision? The run waits for ${effects}; name one with --effect`);
    }
    const by = flags.by ?? userInfo().username;
    const signal = await tellRun({ store, clock, makeId }, { runId, by, body: bodyOf(flags, effect) });
    terminal.out(flags.json ? jsonLine(signal) : "decided; the run goes on as soon as a server takes it up\n");
    return 0;
  },
});

function bodyOf(flags: z.output<typeof flagsSchema>, effect: number): RunSignalBody {
  const approval = (decision: "approved" | "denied" | "edited") => ({ kind: "approval" as const, effect, decision });
  const doubt = (decision: "happened" | "repeat" | "failed") => ({ kind: "doubt" as const, effect, decision });
  const chosen: RunSignalBody[] = [
    ...(flags.approve ? [approval("approved")] : []),
    ...(flags.deny ? [approval("denied")] : []),
    ...(flags.edit === undefined ? [] : [{ ...approval("edited"), arguments: jsonOf("--edit", flags.edit) }]),
    ...(flags.happened === undefined ? [] : [{ ...doubt("happened"), result: jsonOf("--happened", flags.happened) }]),
    ...(flags.repeat ? [doubt("repeat")] : []),
    ...(flags.failed ? [doubt("failed")] : []),
  ];
  const [only] = chosen;
  if (only && chosen.length === 1) return only;
  throw new AegisError("cli.usage", "give one of --approve, --deny, --edit, --happened, --repeat, --failed");
}

function jsonOf(flag: string, text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new AegisError("cli.usage", `${flag} is no JSON: ${(cause as Error).message}`, { cause });
  }
}
