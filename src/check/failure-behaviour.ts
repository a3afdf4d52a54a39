import { z } from "zod";
import { defineCheck, fail, pass, undecided } from "./define-check.ts";
import { classifyFailureBehaviour, FAILURE_BEHAVIOURS } from "./classify-failure-behaviour.ts";
import { showList } from "./show-value.ts";
import { regularExpression, toolPatterns } from "./text-schemas.ts";

export const failureBehaviour = defineCheck({
  name: "failureBehaviour",
  summary: "Behaves in an allowed way after a fault, an error of a tool or of the model.",
  options: z.strictObject({
    allowed: z.array(z.enum(FAILURE_BEHAVIOURS)).min(1).describe("a run without any disturbance passes always"),
    tools: toolPatterns
      .optional()
      .describe('tools that hand over, beside those declared with the purpose "escalation"'),
    by: regularExpression.optional().describe("an answer that matches hands over too"),
  }),
  shorthand: "allowed",
  example: ["recovered", "escalated", "explained uncertainty"],
  compile: ({ allowed, ...signs }) => ({
    label: allowed.join(", "),
    explain: `After something failed, it ${allowed.length === 1 ? "shows" : "shows one of"}: ${allowed.join(", ")}.`,
    judge(run) {
      const { behaviour, evidence, explanation } = classifyFailureBehaviour(run, signs);
      const words = `${behaviour}: ${explanation}`;
      if (behaviour === "no disturbance" || allowed.includes(behaviour)) return pass(words, evidence);
      if (behaviour === "unclear") return undecided(words, evidence);
      return fail(`${words} Allowed: ${showList(allowed, "or")}.`, evidence);
    },
  }),
});
