import { defineAgent } from "aegis";
import { carefulPlan, type Habits } from "./careful-plan.ts";
import { drawSlips } from "./draw-slips.ts";
import { supportAgent } from "./support-agent.ts";

const HABITS: Habits = { readsPolicyFirst: false, looksUpCustomerForRefunds: false, mailsBeforePerson: false };

/** The agent in production: good, and honest about being a little unsteady in two things it is still learning. */
export default defineAgent({
  name: "careful",
  version: "2026-11-01.1",
  agent: (context) => {
    const slips = drawSlips(context);
    return supportAgent({ context, modelId: "support", plan: (talk) => carefulPlan(talk, HABITS, slips) });
  },
});
