import { z } from "zod";
import type { UserContext } from "../../domain/index.ts";
import { pick } from "../users/draw.ts";
import { defineCondition, notApplicable } from "./condition.ts";

export const permissions = defineCondition({
  name: "permissions",
  sentence: "The same request comes from somebody who may do less, more, or nothing.",
  standsFor: "users with different grants, who all write the same",
  schema: z.strictObject({
    as: z
      .enum(["less", "none", "stranger", "nobody"])
      .default("less")
      .describe("one grant fewer, no grants, another user with the same grants, or nobody who is known"),
    id: z.string().min(1).optional().describe("who the user is then"),
    grants: z.array(z.string()).optional().describe("exactly these, instead of `as`"),
    with: z.array(z.string()).optional().describe("these too"),
    without: z.array(z.string()).optional().describe("not these"),
  }),
  change({ evalCase, parameters, random }) {
    const { as, id, grants, with: added, without } = parameters;
    const isExplicit = grants !== undefined || added !== undefined || without !== undefined;
    const { user } = evalCase;
    if (isExplicit) {
      const base = grants ?? user?.grants ?? [];
      const all = [...new Set([...base, ...(added ?? [])])].filter((grant) => !without?.includes(grant));
      const who = id ?? user?.id;
      if (who === undefined) throw notApplicable(evalCase, "permissions", "it has no user; give `id`");
      return { ...evalCase, user: { id: who, grants: all } };
    }
    if (as === "nobody") return { ...evalCase, user: null };
    if (!user) throw notApplicable(evalCase, "permissions", "it has no user");
    return { ...evalCase, user: { ...changed(user, as), ...(id !== undefined && { id }) } };

    function changed(from: UserContext, how: "less" | "none" | "stranger"): UserContext {
      if (how === "stranger") return { ...from, id: `${from.id}-stranger` };
      if (from.grants.length === 0) throw notApplicable(evalCase, "permissions", "its user has no grants to lose");
      if (how === "none") return { ...from, grants: [] };
      const lost = pick(from.grants, random);
      return { ...from, grants: from.grants.filter((grant) => grant !== lost) };
    }
  },
});
