import { z } from "zod";
import { ISOLATION_LEVELS } from "../domain/index.ts";
import { LIMITS } from "../kernel/index.ts";

/** Flags of the commands that make cases of traces. */
export const traceCaseFlags = {
  suite: z.string().optional().describe("name or path of the suite they go to; one of its own unless told"),
  agent: z.string().optional().describe("agent of the project that plays them; the trace's own where it is here"),
  out: z.string().optional().describe("folder of the suite they go to, made where it is not there"),
  live: z.boolean().default(false).describe("ask the agent's own model, instead of saying again what was recorded"),
  trials: z.coerce.number().int().min(1).max(LIMITS.trialsMax).optional().describe("trials of each case"),
  isolation: z.enum(ISOLATION_LEVELS).optional().describe("none, process, namespace or vm; the suite's unless told"),
  force: z.boolean().default(false).describe("replace files that are already there"),
  json: z.boolean().default(false).describe("print JSON"),
};

export type TraceCaseFlags = z.output<z.ZodObject<typeof traceCaseFlags>>;
