import { type AgentContext, defineTool } from "aegis";
import { replay } from "aegis/model";
import { hasToolCall, jsonSchema, ToolLoopAgent } from "ai";
import type { ServedTool } from "./serve-domain.ts";

/** Benchmarks of this kind cut an episode off here. */
const STEPS_MAX = 30;

/**
 * A customer-service agent that knows one address, TOOLS_URL: its policy, its tools and their answers come from there.
 * Its model is a placeholder without a word to say; a recorded or a real one takes its place.
 */
export async function serviceAgent({ env }: AgentContext) {
  const url = env["TOOLS_URL"];
  if (!url) throw new Error("TOOLS_URL is not set: the world of the suite names the service there");
  const [instructions, declared] = await Promise.all([ask(`${url}/policy`), ask(`${url}/tools`)]);
  const tools = JSON.parse(declared) as ServedTool[];
  const stepsMax = Number(env["STEPS_MAX"] ?? STEPS_MAX);
  let stepCount = 0;
  return new ToolLoopAgent({
    model: replay([]),
    instructions,
    tools: Object.fromEntries(tools.map((tool) => [tool.name, remoteTool(url, tool)])),
    // Counted over the whole conversation, which is many calls of the agent.
    prepareStep: () => {
      stepCount += 1;
      return undefined;
    },
    stopWhen: [
      hasToolCall(...tools.filter((tool) => tool.isTerminating).map(({ name }) => name)),
      () => stepCount >= stepsMax,
    ],
  });
}

function remoteTool(url: string, { name, description, parameters, canWrite, isTerminating }: ServedTool) {
  return defineTool({
    name,
    description,
    input: jsonSchema(parameters),
    risk: canWrite ? "write" : "read",
    ...(isTerminating && { purpose: "escalation" as const }),
    execute: async (input, { signal }) =>
      ask(`${url}/tools/${encodeURIComponent(name)}`, {
        method: "POST",
        body: JSON.stringify(input),
        signal: signal ?? null,
      }),
  });
}

async function ask(url: string, request: RequestInit = {}): Promise<string> {
  const response = await fetch(url, request);
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  return text;
}
