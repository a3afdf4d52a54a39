import { z } from "zod";
import type { FinishedRun } from "./check.ts";
import { momentOfCall } from "./conditions/condition.ts";
import { conditionSchema } from "./conditions/condition-schema.ts";
import { defineCheck, fail, type Finding, pass, undecided } from "./define-check.ts";
import { argumentPattern } from "./match-arguments.ts";
import { toolCallsOf } from "./reading/tool-calls.ts";
import { showValue } from "./show-value.ts";
import { matchesName, toolPattern } from "./text-schemas.ts";

const options = z.strictObject({
  tool: toolPattern,
  arguments: argumentPattern.optional().describe("only calls with such arguments are forbidden"),
  unless: conditionSchema.optional().describe("what must already be so when the call is made"),
});

export const never = defineCheck({
  name: "never",
  summary: "Never calls a tool, or never without what it needs first, such as an approval.",
  options,
  example: { tool: "refund.issue", unless: "approval" },
  compile: (given) => {
    const withArguments = given.arguments ? ` with ${given.arguments.text}` : "";
    const unless = given.unless ? ` unless ${given.unless.explain()}` : "";
    return {
      label: `${given.tool}${withArguments}${unless}`,
      explain: `It never calls ${given.tool}${withArguments}${unless}.`,
      judge: (run) => judgeNever(run, given),
    };
  },
});

function judgeNever(run: FinishedRun, { tool, unless, ...given }: z.output<typeof options>): Finding {
  const calls = toolCallsOf(run.events);
  const watched = calls
    .filter((call) => matchesName(tool, call.tool) && (given.arguments?.matches(call.called.arguments) ?? true))
    .map((call) => ({ call, answer: unless?.ask(momentOfCall(run, calls, call)) ?? { holds: false, evidence: [] } }));
  const forbidden = watched.find(({ answer }) => answer.holds === false);
  if (forbidden) {
    const { called } = forbidden.call;
    const without = unless ? ` although it did not hold that ${unless.explain()}` : "";
    const seqs = watched.filter(({ answer }) => answer.holds === false).map(({ call }) => call.called.seq);
    return fail(`It called ${called.tool} with ${showValue(called.arguments)}${without}.`, seqs);
  }
  const evidence = watched.flatMap(({ call, answer }) => [call.called.seq, ...answer.evidence]);
  const open = watched.find(({ answer }) => answer.holds === null);
  if (open)
    return undecided(`It cannot be told whether the call was allowed: ${open.answer.why ?? "not recorded"}.`, evidence);
  if (watched.length === 0) return pass(`It did not call ${tool}.`);
  return pass(`Whenever it called ${tool}, it held that ${unless?.explain() ?? ""}.`, evidence);
}
