import { z } from "zod";
import { findTracedRun } from "../../app/from-trace/index.ts";
import { groupIncident } from "../../eval/from-trace/index.ts";
import { countNoun, escapeTerminal } from "../../kernel/index.ts";
import { defineCommand } from "../command.ts";
import { makeTraceCases } from "../make-trace-cases.ts";
import { traceCaseFlags } from "../trace-case-flags.ts";

export const caseFromIncident = defineCommand({
  name: "case from-incident",
  summary: "Make one case of each way in which the runs of an incident failed.",
  about:
    "Runs with the same findings that called the same tools in the same order failed in one way; the shortest of them is made a case, as by case from-trace.",
  arguments: [{ name: "id", summary: "ids of runs, or of trials", isList: true }],
  flags: z.strictObject({
    incident: z.string().optional().describe("name of the incident, kept with each case"),
    ...traceCaseFlags,
  }),
  examples: [
    {
      line: "aegis case from-incident 01JCK7... 01JCK8... 01JCK9... --incident INC-42",
      does: "a minimal set of cases",
    },
  ],
  async run({ flags, args, app, terminal, signal }) {
    const runs = await Promise.all([...new Set(args)].map((id) => findTracedRun(app, id)));
    const groups = groupIncident(runs);
    if (!flags.json) {
      terminal.err(`${countNoun(runs.length, "run")} failed in ${countNoun(groups.length, "way")}\n`);
      for (const { runs: members, signature } of groups) {
        terminal.err(`  ${countNoun(members.length, "run")}: ${escapeTerminal(signature.slice(0, SIGNATURE_MAX))}\n`);
      }
    }
    const chosen = groups.map((group) => group.chosen);
    return makeTraceCases({ runs: chosen, incident: flags.incident }, { app, flags, terminal, signal });
  },
});

const SIGNATURE_MAX = 300;
