import { z } from "zod";

/** An agent as clients of OpenAI's API know models. */
export const agentModelSchema = z.strictObject({
  id: z.string().describe("The agent's name."),
  object: z.literal("model"),
  created: z.number().int().describe("When its routes were set, in seconds since 1970; 0 where they never were."),
  owned_by: z.string(),
});

export const agentModelList = z.strictObject({ object: z.literal("list"), data: z.array(agentModelSchema) });
