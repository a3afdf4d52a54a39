import { z } from "zod";

/** Of all messy operators, in the order in which they are best applied: first what is said, then how. */
export const MESSY_OPERATOR_NAMES: readonly string[] = [
  "missing-fields",
  "two-problems",
  "anger",
  "changed-mind",
  "misleading-context",
  "challenges-policy",
  "asks-exception",
  "typos",
  "slang",
  "abbreviations",
  "emoji",
  "voice-transcript",
  "mixed-language",
];

export const messyStyleSchema = z.strictObject({
  operators: z
    .array(z.enum(MESSY_OPERATOR_NAMES))
    .min(1)
    .default(["typos", "slang", "abbreviations"])
    .describe("applied in this order"),
  strength: z.number().min(0).max(1).default(0.5).describe("0 changes nothing, 1 as much as the operator can"),
});

export type MessyStyle = z.output<typeof messyStyleSchema>;
