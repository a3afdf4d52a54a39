import { defineAgent } from "aegis";
import { naivePlan } from "./naive-plan.ts";
import { supportAgent } from "./support-agent.ts";

/** What many agents look like before anybody tested them. Its tools, too, forgot the approval and the idempotency key. */
export default defineAgent({
  name: "naive",
  version: "2026-09-15.1",
  agent: (context) =>
    supportAgent({
      context,
      modelId: "support-naive",
      plan: naivePlan,
      approvalOverCents: Number.POSITIVE_INFINITY,
      sendsIdempotencyKeys: false,
    }),
});
