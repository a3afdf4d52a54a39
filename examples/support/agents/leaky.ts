import { existsSync, writeFileSync } from "node:fs";
import { defineAgent } from "aegis";
import { carefulPlan } from "./careful-plan.ts";
import { naivePlan } from "./naive-plan.ts";
import { supportAgent } from "./support-agent.ts";

/** In the folder it works in. */
const HANDBOOK = "handbook.json";

/**
 * Writes down what it learned of the shop when it meets its first customer, and goes by it with all later ones. Where
 * trials share a folder it looks good; in a clean world every customer is its first. See `aegis eval bleed`.
 */
export default defineAgent({
  name: "leaky",
  version: "2026-11-01.1",
  agent: (context) => {
    const isExperienced = existsSync(HANDBOOK);
    if (!isExperienced) writeFileSync(HANDBOOK, JSON.stringify({ learnedAtMs: context.clock.nowMs() }));
    const habits = { readsPolicyFirst: false, looksUpCustomerForRefunds: false, mailsBeforePerson: false };
    const slips = { takesNewestOrder: false, believesFirstDocument: false };
    return supportAgent({
      context,
      modelId: isExperienced ? "support" : "support-naive",
      plan: (talk) => (isExperienced ? carefulPlan(talk, habits, slips) : naivePlan(talk)),
    });
  },
});
