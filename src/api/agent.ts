import { z } from "zod";

const version = z.string().min(1).max(128);
const agentVersion = z.strictObject({ agent: z.string(), version: z.string() });

export const agentSchema = z.strictObject({
  name: z.string(),
  versions: z.array(z.string()).describe("Those that this process has the code of."),
  routes: z.array(z.strictObject({ ...agentVersion.shape, weight: z.number(), updatedAtMs: z.number() })),
});
export const agentList = z.array(agentSchema);

export const routeAgentSchema = z.strictObject({
  weights: z
    .array(z.strictObject({ version, weight: z.number().min(0).max(1_000_000) }))
    .min(1)
    .max(100)
    .describe("Shares of the agent's new runs, in relation to each other."),
});

export const workerList = z.array(
  z.strictObject({
    id: z.string(),
    offers: z.array(agentVersion),
    state: z.enum(["live", "draining"]),
    startedAtMs: z.number(),
  }),
);

export const readinessSchema = z.strictObject({
  isReady: z.boolean(),
  isDraining: z.boolean(),
  store: z.enum(["ok", "unavailable"]),
  activeRuns: z.number().int(),
});
