import { z } from "zod";
import type { VerdictOutcome } from "../domain/index.ts";
import type { FinishedRun } from "./check.ts";
import { defineCheck, fail, type Finding, pass } from "./define-check.ts";

/** What a custom check may answer: true or false, or more. */
export type CustomAnswer =
  | boolean
  | {
      /** A void says that it could not decide. */
      readonly outcome: VerdictOutcome;
      readonly explanation: string;
      readonly evidence?: readonly number[];
      readonly score?: number;
    };

export type CustomJudge = (run: FinishedRun) => CustomAnswer | Promise<CustomAnswer>;

export const custom = defineCheck({
  name: "custom",
  summary: "Whatever a function of the finished run says; in TypeScript only.",
  options: z.strictObject({
    name: z.string().min(1).describe("stable, so that verdicts of two runs can be compared"),
    judge: z
      .custom<CustomJudge>((given) => typeof given === "function", { error: "expected a function" })
      .meta({ title: "function of the finished run" }),
    explain: z.string().optional().describe("what it demands, in one sentence"),
  }),
  example: null,
  typescript:
    'check.custom("answers once", (run) => run.events.filter((event) => event.type === "message.sent").length === 1)',
  compile: ({ name, judge, explain }) => ({
    label: name,
    explain: explain ?? `It satisfies "${name}".`,
    judge: (run) => {
      const answer = judge(run);
      return answer instanceof Promise ? answer.then((found) => toFinding(name, found)) : toFinding(name, answer);
    },
  }),
});

function toFinding(name: string, answer: CustomAnswer): Finding {
  if (answer === true) return pass(`It satisfies "${name}".`);
  if (answer === false) return fail(`It does not satisfy "${name}".`);
  return { ...answer, evidence: answer.evidence ?? [] };
}
