import { z } from "zod";
import { equalJson, type Json, valueAtPath } from "../../kernel/index.ts";
import type { CaseMemory } from "../../domain/index.ts";
import { ageValue } from "./age-value.ts";
import { defineCondition, notApplicable } from "./condition.ts";

const DAY_MS = 86_400_000;

export const staleMemory = defineCondition({
  name: "stale-memory",
  sentence: "The agent remembers something that is true no longer.",
  standsFor: "memory that was right when it was written, months ago",
  schema: z.strictObject({
    remembered: z
      .array(
        z.strictObject({
          key: z.string().min(1),
          value: z.json().optional().describe("what is remembered"),
          at: z.string().optional().describe("or the path in world.state whose value it once was"),
          owner: z.enum(["user", "agent"]).default("user"),
        }),
      )
      .min(1),
    ageDays: z.int().min(1).max(36_500).default(180),
  }),
  strength: { parameter: "ageDays", unit: "days" },
  change({ evalCase, parameters: { remembered, ageDays }, random }) {
    const memory = remembered.map(({ key, value, at, owner }): CaseMemory => {
      const refuse = (because: string) => notApplicable(evalCase, "stale-memory", because);
      if (owner === "user" && !evalCase.user) throw refuse("it has no user to remember");
      if (value !== undefined) return { owner, key, value: value as Json, ageMs: ageDays * DAY_MS };
      const now = valueAtPath(evalCase.world.state as Json, at ?? "");
      if (at === undefined || now === undefined) throw refuse(`${key} has no \`value\`, and \`at\` leads nowhere`);
      const was = ageValue(now, { random, days: ageDays });
      if (equalJson(was, now)) throw refuse(`no date or quantity at ${at} could be another; give \`value\``);
      return { owner, key, value: was, ageMs: ageDays * DAY_MS };
    });
    return { ...evalCase, world: { ...evalCase.world, memory: [...(evalCase.world.memory ?? []), ...memory] } };
  },
});
