import { defineAgent } from "aegis";
import { carefulPlan, type Habits } from "./careful-plan.ts";
import { drawSlips } from "./draw-slips.ts";
import { supportAgent } from "./support-agent.ts";

const HABITS: Habits = { readsPolicyFirst: true, looksUpCustomerForRefunds: true, mailsBeforePerson: true };

/**
 * The next version of `careful`: passes and fails the very same trials, and yet works differently. For refunds it
 * looks up the customer and reads the policy before the order; it mails a customer who asks for a person.
 */
export default defineAgent({
  name: "careful",
  version: "2026-11-20.1",
  agent: (context) => {
    const slips = drawSlips(context);
    return supportAgent({ context, modelId: "support", plan: (talk) => carefulPlan(talk, HABITS, slips) });
  },
});
