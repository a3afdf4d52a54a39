import { z } from "zod";

/** Flags of every command that reports on a run. */
export const reportFlags = {
  failUnder: z.coerce
    .number()
    .max(100)
    // Between 0 and 1 somebody meant a proportion: told before a trial has run.
    .refine((percent) => percent === 0 || percent >= 1, "give a percentage, from 1 to 100 (95, not 0.95)")
    .optional()
    .describe("fail when the suite's pass rate in percent is lower"),
  failOn: z
    .array(z.enum(["regressed", "behaviour", "flaky", "not-enough-evidence"]))
    .default([])
    .describe("fail on these findings against the baseline: regressed, behaviour, flaky, not-enough-evidence"),
  maxVoidShare: z.coerce
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe("share of void trials above which nothing was measured (default 0.1)"),
  junit: z.string().optional().describe("write a JUnit XML file"),
  markdown: z.string().optional().describe("write a Markdown report"),
  prComment: z.boolean().default(false).describe("create or update one comment on the pull request (GitHub Actions)"),
  json: z.boolean().default(false).describe("print JSON instead of the report"),
};
