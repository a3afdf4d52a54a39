import { z } from "zod";
import { explainIssues } from "../explain-issues.ts";
import { comparisonShape, pickComparison } from "./comparison.ts";
import { allOf, type Condition, notOf, someOf } from "./condition.ts";
import { CONDITION_GRAMMAR, parseCondition } from "./parse-condition.ts";
import { approval, argumentIs, stateHas, toolHappened, toolReturned, userHas } from "./simple-conditions.ts";

const place = z.strictObject({ path: z.string(), ...comparisonShape });
type Place = z.output<typeof place>;

const KINDS = ["approval", "tool", "state", "initialState", "argument", "user", "and", "or", "not"] as const;

const happening = z.int().min(1).optional();

/** A condition as data: exactly one of the kinds, said with the words of the text form. */
const conditionObject = z.strictObject({
  approval: z.literal(true).optional(),
  tool: z.string().min(1).optional(),
  called: happening,
  failed: happening,
  succeeded: happening,
  returned: place.optional(),
  state: place.optional(),
  initialState: place.optional(),
  argument: place.optional(),
  user: z.strictObject({ has: z.string() }).optional(),
  get and(): z.ZodOptional<z.ZodArray<typeof conditionSchema>> {
    return z.array(conditionSchema).min(1).optional();
  },
  get or(): z.ZodOptional<z.ZodArray<typeof conditionSchema>> {
    return z.array(conditionSchema).min(1).optional();
  },
  get not(): z.ZodOptional<typeof conditionSchema> {
    return conditionSchema.optional();
  },
});

export type ConditionInput = string | { readonly [kind: string]: unknown };

/** Text or data in, a compiled condition out. */
export const conditionSchema: z.ZodType<Condition, ConditionInput> = z
  .custom<ConditionInput>((given) => typeof given === "string" || (typeof given === "object" && given !== null), {
    error: "expected a condition as text or as an object",
  })
  .transform((given, context) => {
    if (typeof given !== "string") return fromObject(given, context);
    try {
      return parseCondition(given);
    } catch (error) {
      return refuse(context, `${(error as Error).message}\n${CONDITION_GRAMMAR}`);
    }
  })
  .meta({ title: "condition" });

interface Context {
  addIssue(issue: { code: "custom"; message: string; path?: PropertyKey[]; input?: unknown }): void;
}

function fromObject(given: unknown, context: Context): Condition {
  const parsed = conditionObject.safeParse(given);
  if (!parsed.success) {
    const knownKeys = Object.keys(conditionObject.shape);
    for (const issue of parsed.error.issues) {
      const message = explainIssues([{ ...issue, path: [] }], knownKeys);
      context.addIssue({ code: "custom", message, path: issue.path });
    }
    return z.NEVER;
  }
  const data = parsed.data;
  const kinds = KINDS.filter((kind) => data[kind] !== undefined);
  if (kinds.length !== 1) return refuse(context, `expected exactly one of ${KINDS.join(", ")}\n${CONDITION_GRAMMAR}`);
  if (data.and) return allOf(data.and);
  if (data.or) return someOf(data.or);
  if (data.not) return notOf(data.not);
  if (data.state) return stateHas("after", ...pathAndComparison(data.state));
  if (data.initialState) return stateHas("before", ...pathAndComparison(data.initialState));
  if (data.argument) return argumentIs(...pathAndComparison(data.argument));
  if (data.user) return userHas(data.user.has);
  return data.tool === undefined ? approval() : aboutTool(data.tool, data, context);
}

function aboutTool(tool: string, data: z.output<typeof conditionObject>, context: Context): Condition {
  if (data.returned) return toolReturned(tool, ...pathAndComparison(data.returned));
  for (const each of ["called", "failed", "succeeded"] as const) {
    if (data[each] !== undefined) return toolHappened(tool, each, data[each]);
  }
  return refuse(context, `expected called, failed, succeeded or returned beside tool\n${CONDITION_GRAMMAR}`);
}

function pathAndComparison(given: Place): [string, ReturnType<typeof pickComparison>] {
  return [given.path, pickComparison(given)];
}

function refuse(context: Context, message: string): never {
  context.addIssue({ code: "custom", message });
  return z.NEVER;
}
