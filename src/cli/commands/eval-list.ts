import { z } from "zod";
import type { EvalRun, Trial } from "../../domain/index.ts";
import { countNoun, jsonLine, LIMITS } from "../../kernel/index.ts";
import { defineCommand } from "../command.ts";
import { definedOnly } from "../defined-only.ts";
import { renderTable } from "../render-table.ts";

export const evalList = defineCommand({
  name: "eval list",
  summary: "List eval runs, newest first.",
  flags: z.strictObject({
    suite: z.string().optional().describe("only runs of this suite"),
    limit: z.coerce.number().int().min(1).max(LIMITS.pageRowsMax).default(20).describe("rows to show"),
    json: z.boolean().default(false).describe("print JSON lines"),
  }),
  examples: [{ line: "aegis eval list --suite production-v2", does: "the last 20 runs of one suite" }],
  async run({ flags, app, terminal }) {
    const store = await app.store();
    const runs = await store.listEvalRuns({ limit: flags.limit, ...definedOnly({ suite: flags.suite }) } as {
      limit: number;
    });
    const rows = await Promise.all(runs.map(async (run) => ({ run, trials: await store.listTrials(run.id) })));
    if (flags.json) {
      for (const row of rows) terminal.out(jsonLine(listRow(row)));
    } else if (rows.length === 0) {
      terminal.err(
        flags.suite === undefined
          ? "no eval runs yet; start one with: aegis eval run\n"
          : "this suite has no eval run\n",
      );
    } else terminal.out(renderTable(rows.map(listRow).map(cellsOf)));
    return 0;
  },
});

function listRow({ run, trials }: { run: EvalRun; trials: readonly Trial[] }) {
  const scored = trials.filter((trial) => trial.outcome.kind === "scored");
  const passed = scored.filter((trial) => trial.outcome.kind === "scored" && trial.outcome.isPass);
  return {
    name: run.name,
    id: run.id,
    suite: run.suite,
    agent: `${run.agent.name}@${run.agent.version}`,
    status: run.status,
    startedAt: new Date(run.startedAtMs).toISOString(),
    cases: run.cases.length,
    passed: passed.length,
    scored: scored.length,
    void: trials.length - scored.length,
  };
}

function cellsOf(row: ReturnType<typeof listRow>): string[] {
  return [
    row.name,
    row.agent,
    row.status,
    row.startedAt.slice(0, 16).replace("T", " "),
    `${row.passed}/${countNoun(row.scored, "trial")} passed${row.void > 0 ? `, ${row.void} void` : ""}`,
  ];
}
