import { z } from "zod";
import { readEvalLogs, readProductionLogs } from "../../app/sim2real/index.ts";
import { AegisError, escapeTerminal, jsonLine, LIMITS } from "../../kernel/index.ts";
import { measureGap, parseProductionQuery, renderGap } from "../../ready/index.ts";
import { defineCommand } from "../command.ts";

export const readySim2real = defineCommand({
  name: "ready sim2real",
  summary: "Measure how far the evals lie from production, and what of it no case reproduces.",
  about: [
    "Holds the logs of an eval run against logs of production, dimension by dimension: model, prompt, tools, their",
    "results and errors, how users write, how runs end. Says what chance alone would give, which conditions of",
    "production no eval run shows, and which traces to make cases of. Exit codes: 0 measured, 2 too little to tell.",
  ].join("\n"),
  flags: z.strictObject({
    suite: z.string().optional().describe("suite whose newest eval run is meant"),
    run: z.string().optional().describe("this eval run, by name or id, instead of the newest"),
    production: z
      .string()
      .describe("run:NAME (an eval run or import), live (ended runs of the agents), or traces: agent=support since=7d"),
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(LIMITS.casesMax)
      .default(1_000)
      .describe("production runs to read, newest first"),
    weight: z.array(z.string()).default([]).describe("weights in the index, e.g. 'tool errors=5,model=0'"),
    seed: z.coerce.number().int().min(0).default(1).describe("of the draws; the same seed gives the same report"),
    json: z.boolean().default(false).describe("print the report as JSON"),
  }),
  examples: [
    { line: "aegis ready sim2real --suite support --production live", does: "the newest run against live work" },
    {
      line: "aegis ready sim2real --run nightly-7 --production run:recorded-week --json",
      does: "two runs, for a script",
    },
  ],
  async run({ flags, app, terminal }) {
    const query = parseProductionQuery(flags.production, { nowMs: app.clock.nowMs() });
    const weights = parseWeights(flags.weight);
    const [evals, production] = await Promise.all([
      readEvalLogs(app, { run: flags.run, suite: flags.suite }),
      readProductionLogs(app, { query, limit: flags.limit }),
    ]);
    const report = measureGap({ evals: evals.runs, production: production.runs, weights, seed: flags.seed });
    if (flags.json) terminal.out(jsonLine(report));
    else {
      terminal.out(`${escapeTerminal(`${evals.name} against ${production.name}`)}\n`);
      terminal.out(renderGap(report, { color: terminal.hasColor, width: terminal.width }));
    }
    return report.index.value === null ? 2 : 0;
  },
});

function parseWeights(given: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    given.map((word) => {
      const [, name = "", weight] = /^(.+)=(\d+(?:\.\d+)?)$/.exec(word.trim()) ?? [];
      if (weight === undefined)
        throw new AegisError("cli.usage", `--weight: ${JSON.stringify(word)} is no NAME=NUMBER`);
      return [name, Number(weight)];
    }),
  );
}
