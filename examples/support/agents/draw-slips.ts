import type { AgentContext } from "aegis";
import type { Slips } from "./careful-plan.ts";

/** Depends on the trial's seed alone, so that two versions of the agent slip in the same trials. */
export function drawSlips({ random }: AgentContext): Slips {
  return { takesNewestOrder: random() < 0.2, believesFirstDocument: random() < 0.25 };
}
