import { z } from "zod";
import { planEval } from "../../app/index.ts";
import { trialsToSee } from "../../stats/index.ts";
import { ISOLATION_PROMISES } from "../../domain/index.ts";
import { countNoun, escapeTerminal, jsonLine } from "../../kernel/index.ts";
import { defineCommand } from "../command.ts";
import { caseFlags } from "../case-flags.ts";
import { definedOnly } from "../defined-only.ts";

const BASELINE_RATE = 0.95;
const POWER = 0.8;

export const evalPlan = defineCommand({
  name: "eval plan",
  summary: "Show what a run would do, and what its trials can and cannot show.",
  flags: z.strictObject({
    ...caseFlags,
    drop: z.coerce.number().gt(0).lte(0.95).default(0.3).describe("a drop of a case's pass rate you want to see"),
    json: z.boolean().default(false).describe("print JSON"),
  }),
  examples: [
    {
      line: "aegis eval plan --suite production-v2 --drop 0.2",
      does: "how many trials would show a drop from 95 % to 75 %?",
    },
  ],
  async run({ flags, app, terminal }) {
    const { suite: name, agent, trials, isolation } = flags;
    const { suite, isolation: level } = await planEval(app, {
      cases: flags.case,
      tags: flags.tag,
      kinds: flags.kind,
      ...definedOnly({ suite: name, agent, trials, isolation }),
    });
    const drop = Math.min(flags.drop, BASELINE_RATE);
    const needed = trialsToSee({ baselineRate: BASELINE_RATE, drop, power: POWER });
    const cases = suite.cases.map((each) => ({
      id: each.id,
      kind: each.kind,
      trials: each.trials ?? suite.trials,
      checks: suite.checks.length + each.checks.length,
    }));
    const total = cases.reduce((sum, each) => sum + each.trials, 0);
    if (flags.json) {
      terminal.out(
        jsonLine({
          suite: suite.name,
          isolation: level,
          trials: total,
          cases,
          drop,
          trialsNeeded: needed?.trials ?? null,
        }),
      );
      return 0;
    }
    const width = Math.max(...cases.map((each) => escapeTerminal(each.id).length));
    for (const each of cases) {
      terminal.out(
        `  ${escapeTerminal(each.id).padEnd(width)}  ${each.kind.padEnd(10)}  ${countNoun(each.trials, "trial")}, ${countNoun(each.checks, "check")}\n`,
      );
    }
    terminal.out(
      `${escapeTerminal(suite.name)}: ${countNoun(cases.length, "case")}, ${countNoun(total, "trial")}, isolation ${level} (${ISOLATION_PROMISES[level]})\n`,
    );
    const from = `${BASELINE_RATE * 100} % to ${Math.round((BASELINE_RATE - drop) * 100)} %`;
    terminal.out(
      needed
        ? `To see one case drop from ${from} four times in five, each side needs ${needed.trials} trials.\n`
        : `No practical number of trials shows one case dropping from ${from}.\n`,
    );
    return 0;
  },
});
