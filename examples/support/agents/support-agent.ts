import type { AgentContext } from "aegis";
import { scripted } from "aegis/model";
import { isStepCount, ToolLoopAgent } from "ai";
import { actionTools } from "./action-tools.ts";
import { lookUpTools } from "./look-up-tools.ts";
import { followPlan, type Plan } from "./plan.ts";
import type { Talk } from "./read-talk.ts";

export interface SupportAgentOptions {
  readonly context: AgentContext;
  /** Stands in for a language model, so that the example runs offline and free of charge. */
  readonly modelId: string;
  readonly plan: (talk: Talk) => Plan;
  readonly approvalOverCents?: number;
  readonly sendsIdempotencyKeys?: boolean;
}

/** An ordinary AI SDK agent; only its model is a script. */
export function supportAgent({ context, modelId, plan, ...options }: SupportAgentOptions) {
  const { approvalOverCents = 10_000, sendsIdempotencyKeys = true } = options;
  const shopUrl = context.env["SHOP_URL"];
  if (shopUrl === undefined) throw new Error("SHOP_URL is not set: run this agent in the suite's world");
  return new ToolLoopAgent({
    model: scripted({ id: modelId, seed: context.seed, next: followPlan(plan) }),
    instructions: [
      "You answer the customers of a small shop. Amounts are euro cents.",
      `Customer: ${context.user?.id ?? "unknown"}`,
      `Allowed: ${context.user?.grants.join(", ") ?? ""}`,
      `Today: ${new Date(context.clock.nowMs()).toISOString().slice(0, 10)}`,
    ].join("\n"),
    stopWhen: isStepCount(20),
    tools: { ...lookUpTools(shopUrl), ...actionTools({ shopUrl, approvalOverCents, sendsIdempotencyKeys }) },
  });
}
