import { z } from "zod";
import { readHistory } from "../../app/lifecycle/index.ts";
import { renderTrend, suiteHistory, summarizeTrend } from "../../eval/lifecycle/index.ts";
import { jsonLine } from "../../kernel/index.ts";
import { defineCommand } from "../command.ts";
import { definedOnly } from "../defined-only.ts";
import { lifecycleFlags } from "../lifecycle-flags.ts";

export const evalTrend = defineCommand({
  name: "eval trend",
  summary: "Show whether the agent got better, over versions, models, prompts or time.",
  about: [
    "Compares the same cases first: what was added to the suite or worded anew is told apart from what the agent did.",
    "A step or a slope is claimed only where its interval excludes 0. Exit codes: 0, or 2 when nothing can be compared.",
  ].join("\n"),
  flags: z.strictObject({
    ...lifecycleFlags,
    from: z
      .string()
      .optional()
      .describe("the group that the last one is held against, by its name; the first unless told"),
  }),
  examples: [
    { line: "aegis eval trend --suite production-v2", does: "version by version" },
    { line: "aegis eval trend --suite production-v2 --by quarter", does: "is the agent better than last quarter?" },
    { line: "aegis eval trend --suite retail --by run", does: "imported results, one by one" },
  ],
  async run({ flags, app, terminal }) {
    const { suite, by, agent, from } = flags;
    const read = await readHistory(app, { by, runCountMax: flags.runs, ...definedOnly({ suite }) });
    const history = suiteHistory(read.runs, { suite: read.name, by, ...definedOnly({ agent }) });
    const trend = summarizeTrend(history, definedOnly({ from }));
    if (flags.json) terminal.out(jsonLine({ ...trend, isCut: read.isCut }));
    else {
      terminal.out(renderTrend(trend, { color: terminal.hasColor, width: terminal.width }));
      if (read.isCut) terminal.err(`only the newest ${flags.runs} runs were read: --runs reads more\n`);
    }
    return trend.overall?.difference ? 0 : 2;
  },
});
