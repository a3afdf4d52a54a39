import { z } from "zod";
import { ISOLATION_LEVELS } from "../domain/index.ts";
import { LIMITS } from "../kernel/index.ts";

/** Flags of every command that chooses a suite, its cases and how they are tried. */
export const caseFlags = {
  suite: z.string().optional().describe("name or path of the suite; the project's only one unless told"),
  agent: z.string().optional().describe("another agent than the suite names"),
  case: z.array(z.string()).default([]).describe("case ids or globs of them"),
  tag: z.array(z.string()).default([]).describe("cases with one of these tags"),
  kind: z
    .array(z.enum(["capability", "regression"]))
    .default([])
    .describe("capability, regression"),
  trials: z.coerce.number().int().min(1).max(LIMITS.trialsMax).optional().describe("trials per case"),
  isolation: z.enum(ISOLATION_LEVELS).optional().describe("none, process, namespace or vm; never a weaker one instead"),
};
