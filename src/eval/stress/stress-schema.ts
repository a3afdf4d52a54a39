import { z } from "zod";
import { AegisError, explainIssues } from "../../kernel/index.ts";

const LEVELS_MAX = 50;

/** A condition that a suite is put under, as people write it: its name, or its name with more. */
const stressCondition = z.preprocess(
  (given) => (typeof given === "string" ? { name: given } : given),
  z.strictObject({
    name: z.string().min(1).describe("one of the catalogue's"),
    parameters: z.record(z.string(), z.json()).optional(),
    levels: z
      .array(z.number())
      .min(1)
      .max(LEVELS_MAX)
      .optional()
      .describe("values of its strength parameter, each a case of its own: shows where an agent begins to fail"),
    label: z
      .string()
      .regex(/^[\w.-]+$/, "has letters, digits, `.`, `_` and `-` only")
      .optional()
      .describe("tells two of the same condition apart"),
  }),
);

export const stressSchema = z.array(stressCondition).min(1).max(200);

export type StressCondition = z.output<typeof stressCondition>;

/** @throws {AegisError} "condition.bad_parameters", naming the place */
export function parseStress(value: unknown): StressCondition[] {
  const parsed = stressSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { text, path } = explainIssues({ schema: stressSchema, value, issues: parsed.error.issues });
  throw new AegisError("condition.bad_parameters", `conditions: ${text}`, { details: { path: path.join(".") } });
}
