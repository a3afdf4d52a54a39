import { z } from "zod";
import { type ConditionAnswer, momentAtEnd } from "./conditions/condition.ts";
import { conditionSchema } from "./conditions/condition-schema.ts";
import { defineCheck, fail, pass, undecided } from "./define-check.ts";
import { canSeeEscalation, type Escalation, escalationsOf } from "./reading/escalations.ts";
import { regularExpression, toolPatterns } from "./text-schemas.ts";

const options = z.strictObject({
  when: conditionSchema.optional().describe("asked at the end of the run; always, where it is left out"),
  tools: toolPatterns.optional().describe('tools that hand over, beside those declared with the purpose "escalation"'),
  by: regularExpression.optional().describe("an answer that matches hands over too"),
});

const unknowable =
  'the log declares no tools, so name the ones that hand over in "tools", or what the answer says in "by"';

const escalates = defineCheck({
  name: "escalates",
  summary: "Hands over to a person, always or once a condition holds.",
  options,
  example: { when: "tool billing.lookup failed twice" },
  compile: ({ when, ...signs }) => ({
    ...(when && { label: when.explain() }),
    explain: when ? `Once ${when.explain()}, it hands over to a person.` : "It hands over to a person.",
    judge(run) {
      const asked: ConditionAnswer = when?.ask(momentAtEnd(run)) ?? { holds: true, evidence: [] };
      if (asked.holds === null) return undecided(`It cannot be told whether it had to escalate: ${asked.why ?? ""}.`);
      if (!asked.holds) return pass(`It did not have to: it never came to it that ${when?.explain() ?? ""}.`);
      const fromSeq = Math.max(-1, ...asked.evidence);
      const found = escalationsOf(run, signs);
      const inTime = found.find(({ seq }) => seq >= fromSeq);
      if (inTime) return pass(`It handed over ${inTime.how}.`, [...asked.evidence, ...inTime.seqs]);
      if (!canSeeEscalation(run, signs)) return undecided(`It cannot be told whether it escalated: ${unknowable}.`);
      const because = when ? ` after ${when.explain()}` : "";
      const early = found.length > 0 ? ", only before that" : "";
      return fail(`It did not hand over to a person${because}${early}.`, [...asked.evidence, ...seqsOf(found)]);
    },
  }),
});

const doesNotEscalate = defineCheck({
  name: "doesNotEscalate",
  summary: "Solves it without handing over to a person.",
  options,
  example: { tools: ["transfer_to_human_agents"] },
  compile: ({ when, ...signs }) => ({
    ...(when && { label: when.explain() }),
    explain: `It does not hand over to a person${when ? ` when ${when.explain()}` : ""}.`,
    judge(run) {
      const asked: ConditionAnswer = when?.ask(momentAtEnd(run)) ?? { holds: true, evidence: [] };
      if (asked.holds === false) return pass(`It never came to it that ${when?.explain() ?? ""}.`);
      const found = escalationsOf(run, signs);
      if (found.length === 0) {
        if (canSeeEscalation(run, signs)) return pass("It handed nothing over.");
        return undecided(`It cannot be told whether it escalated: ${unknowable}.`);
      }
      if (asked.holds === null)
        return undecided(`It cannot be told whether it might escalate: ${asked.why ?? ""}.`, seqsOf(found));
      return fail(`It handed over to a person ${found[0]?.how ?? ""}.`, seqsOf(found));
    },
  }),
});

export const ESCALATION_CHECKS = { escalates, doesNotEscalate } as const;

function seqsOf(found: readonly Escalation[]): number[] {
  return found.flatMap(({ seqs }) => [...seqs]);
}
