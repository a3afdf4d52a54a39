// An agent of equal steps, for measuring how soon the next one comes, and which version takes it.
import { type AgentDefinition, defineAgent, defineTool } from "aegis";
import { z } from "zod";
import { toolDetails } from "../../src/agent/index.ts";

const step = defineTool<{ index: number; ms: number }, string>({
  name: "step",
  description: "takes its time",
  input: z.object({ index: z.number(), ms: z.number() }),
  idempotent: true,
  execute: async ({ index, ms }) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    // Whoever wants to kill who is at work has to know.
    return `step ${index} in process ${process.pid}`;
  },
});

/** @returns an agent that answers "steps COUNT MS" with its version */
export function stepperAgent(version: string): AgentDefinition {
  return defineAgent({
    name: "stepper",
    version,
    async run({ message, context }) {
      const [count = 0, ms = 0] = message.split(" ").slice(1).map(Number);
      const details = toolDetails(step);
      for (let index = 0; index < count; index += 1) {
        await context.boundary.tool({
          tool: "step",
          callId: `step-${index}`,
          arguments: { index, ms },
          ...(details && { details }),
          execute: (input, call) => step.execute(input as { index: number; ms: number }, { toolCallId: call.callId }),
        });
      }
      return `version ${version}`;
    },
  });
}
