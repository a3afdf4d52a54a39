import { z } from "zod";

const tools = z.string().min(1).describe("a tool's name, * allowed");
const argument = z.string().min(1).describe("dotted path into the call's arguments");

/** What an agent's owner says it may do, as plain data: what `policy-violation` and others hold a run against. */
export const agentRulesSchema = z.strictObject({
  allowedTools: z.array(tools).optional().describe("all the tools it may call"),
  forbiddenTools: z.array(tools).optional().describe("tools it must never call"),
  limits: z
    .array(z.strictObject({ tool: tools, argument, atMost: z.number().describe("the highest value allowed") }))
    .optional()
    .describe("amounts it may never go above"),
  approvals: z
    .array(
      z.strictObject({
        tool: tools,
        argument: argument.optional(),
        above: z.number().optional().describe("only calls with more than this need one"),
        by: z
          .enum(["person", "user"])
          .optional()
          .describe("person: a recorded approval, the default; user: the user's own yes just before the call"),
      }),
    )
    .optional()
    .describe("calls that need a yes first, beside the tools declared to need one"),
  order: z
    .array(z.strictObject({ first: tools, next: tools }))
    .optional()
    .describe("first must have worked before next is called"),
  sourceDaysMax: z.number().positive().optional().describe("how old a source may be; 365 where it is left out"),
  repeatTimes: z
    .number()
    .int()
    .min(2)
    .optional()
    .describe("identical calls in a row that are a loop; 3 where left out"),
});

export type AgentRules = Readonly<z.infer<typeof agentRulesSchema>>;
