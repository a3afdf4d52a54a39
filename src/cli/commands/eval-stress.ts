import { z } from "zod";
import { countNoun, escapeTerminal, jsonLine, LIMITS } from "../../kernel/index.ts";
import { caseFlags } from "../case-flags.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { definedOnly } from "../defined-only.ts";
import { renderTable } from "../render-table.ts";
import { watchProgress } from "../watch-progress.ts";

const flags = z.strictObject({
  ...caseFlags,
  condition: z
    .array(z.string())
    .default([])
    .describe(
      "a condition, `NAME=LEVEL:LEVEL` for several strengths, or JSON; all that need no parameters unless told",
    ),
  list: z.boolean().default(false).describe("list the conditions there are, and stop"),
  faults: z.array(z.string()).default([]).describe("profiles of faults to put every trial under as well"),
  concurrency: z.coerce.number().int().min(1).max(LIMITS.concurrencyMax).optional().describe("trials at a time"),
  seed: z.coerce.number().int().min(0).optional().describe("repeat the draws of an earlier run"),
  json: z.boolean().default(false).describe("print the report as JSON"),
});

/** Conditions that fit nearly every case as they are. */
const DEFAULT_CONDITIONS = ["long-conversation", "competing-instructions", "malformed-input", "messy-user"];

export const evalStress = defineCommand({
  name: "eval stress",
  summary: "Put a suite under production's conditions, and find where the agent begins to fail.",
  about: [
    "Every case is run as it was written and under each condition, with the same checks: long conversations, messy",
    "users, competing instructions, damaged input, stale memory, outdated documents, other permissions. Cases that give",
    "a condition nothing to work on are left out, and told. Exit codes: 0 measured, 2 nothing could be measured.",
  ].join("\n"),
  flags,
  examples: [
    { line: "aegis eval stress --suite production-v2", does: "the conditions that fit most cases" },
    { line: "aegis eval stress --condition long-conversation=10:40:80", does: "how long before it fails" },
    { line: "aegis eval stress --list", does: "what there is, and its parameters" },
  ],
  async run(context) {
    if (context.flags.list) return list(context);
    const { flags: given, app, terminal, signal } = context;
    const [{ renderStress, toJsonStress }, { runStress }] = await Promise.all([
      import("../../eval/stress/index.ts"),
      import("../../app/stress/index.ts"),
    ]);
    const { suite, agent, trials, isolation, concurrency, seed } = given;
    const progress = watchProgress(terminal, { isQuiet: given.json });
    const result = await runStress(app, {
      cases: given.case,
      tags: given.tag,
      kinds: given.kind,
      failing: false,
      conditions: given.condition.length > 0 ? given.condition : DEFAULT_CONDITIONS,
      signal,
      onTrial: progress.trial,
      ...(given.faults.length > 0 && { faults: given.faults }),
      onPlan: (plan, count) =>
        void (
          given.json || terminal.err(`${countNoun(plan.suite.cases.length, "case")}, ${countNoun(count, "trial")}\n`)
        ),
      ...definedOnly({ suite, agent, trials, isolation, concurrency, seed }),
    });
    progress.end();
    const { summary, ...rest } = result;
    if (given.json) terminal.out(jsonLine({ ...toJsonStress(summary), ...rest }));
    else {
      terminal.out(renderStress(summary, { color: terminal.hasColor, width: terminal.width }));
      for (const { caseId, condition, because } of result.leftOut) {
        terminal.err(escapeTerminal(`left out: ${caseId} under ${condition}: ${because}\n`).replaceAll("\\n", "\n"));
      }
      if (result.missing > 0) terminal.err(`${countNoun(result.missing, "trial")} not made: the run was interrupted\n`);
    }
    return summary.conditions.every(({ levels }) => levels.every(({ verdict }) => verdict === "not measured")) ? 2 : 0;
  },
});

async function list({ flags: given, terminal }: CommandContext<z.output<typeof flags>>): Promise<number> {
  const { CONDITIONS } = await import("../../world/conditions/index.ts");
  const rows = CONDITIONS.map(({ name, sentence, standsFor, strength }) => ({
    name,
    sentence,
    standsFor,
    strength: strength ?? null,
  }));
  if (given.json) for (const row of rows) terminal.out(jsonLine(row));
  else {
    const told = rows.map(({ name, sentence, strength }) => [
      name,
      strength ? `${strength.parameter} (${strength.unit ?? "0 to 1"})` : "-",
      sentence,
    ]);
    terminal.out(renderTable([["CONDITION", "STRENGTH", "WHAT IT DOES"], ...told]));
  }
  return 0;
}
