// A function agent that follows its plan, branches side by side.
import { type AgentContext, type AgentDefinition, type AgentTurn, defineAgent } from "aegis";
import { toolDetails } from "../../src/agent/index.ts";
import { canonicalJson, toJson } from "../../src/kernel/index.ts";
import { followStep } from "./follow-step.ts";
import { inputOf, ledgerActs, type LedgerInput, ledgerTools } from "./ledger-tools.ts";
import { answerOf, planOf, type Step, type ToolStep } from "./plan.ts";

export function mixerAgent(version: string): AgentDefinition {
  return defineAgent({ name: "mixer", version, run: mix });
}

async function mix({ message, context }: AgentTurn): Promise<string> {
  const plan = planOf(message);
  const outcomes = new Map<Step, string>();
  const follow = async (step: Step) =>
    outcomes.set(step, step.kind === "tool" ? await useTool(step, context) : await followStep(step, context));
  for (const stage of plan.stages) {
    await Promise.all(
      stage.map(async (branch) => {
        for (const step of branch) await follow(step);
      }),
    );
  }
  const { state } = context;
  state["answered"] = Number(state["answered"] ?? 0) + 1;
  return answerOf(plan, (step) => outcomes.get(step) ?? "");
}

async function useTool(step: ToolStep, { boundary, env }: AgentContext): Promise<string> {
  const { tool, marker } = step;
  const details = toolDetails(ledgerTools(env)[tool]);
  try {
    const receipt = await boundary.tool({
      tool,
      callId: marker,
      arguments: inputOf(step),
      ...(details && { details }),
      execute: (input, context) => ledgerActs(env)[tool](input as LedgerInput, context),
    });
    return canonicalJson(toJson(receipt));
  } catch (error) {
    return `failed: ${(error as Error).message}`;
  }
}
