import { z } from "zod";
import { GROUPINGS } from "../eval/lifecycle/index.ts";
import { LIMITS } from "../kernel/index.ts";

/** Flags of every command that looks at a suite over all its runs. */
export const lifecycleFlags = {
  suite: z
    .string()
    .optional()
    .describe(
      "name or path of the suite, or the name under which results were imported; the project's only one unless told",
    ),
  agent: z.string().optional().describe("only runs of the agent of this name"),
  by: z
    .enum(GROUPINGS)
    .default("version")
    .describe("what counts as one version: version, model, prompt, run, week, month or quarter"),
  runs: z.coerce
    .number()
    .int()
    .min(1)
    .max(LIMITS.pageRowsMax)
    .default(100)
    .describe("how many of the newest runs are read"),
  json: z.boolean().default(false).describe("print JSON"),
};
