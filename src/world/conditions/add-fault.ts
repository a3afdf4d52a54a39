import type { JsonObject } from "../../kernel/index.ts";
import type { EvalCase } from "../../domain/index.ts";

/** One more of the case's faults, as a case file writes them. */
export function addFault(evalCase: EvalCase, fault: JsonObject): EvalCase {
  return { ...evalCase, world: { ...evalCase.world, faults: [...(evalCase.world.faults ?? []), fault] } };
}

/** Which answers of tools or services it happens to. */
export const FAULT_TARGET = "`tool NAME`, `http [METHOD] HOST/PATH` or `mcp SERVER`, `*` for any characters";
