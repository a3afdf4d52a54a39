import { matchesGlob } from "node:path";
import type { CheckSpec, RunEvent } from "../domain/index.ts";
import { toolsIn, toolsNamed } from "./tools-named.ts";

/**
 * Tools that checks name and the agent was never offered: a check of such a tool guards nothing, and is mostly a slip.
 * Says nothing of agents whose tools are not known. A list of allowed tools may name more than one agent has.
 *
 * @returns names in alphabetical order
 */
export function unknownTools(specs: readonly CheckSpec[], logs: readonly (readonly RunEvent[])[]): string[] {
  const offered = [...new Set(logs.flatMap((events) => events.flatMap(toolsIn)))];
  if (offered.length === 0) return [];
  const isOffered = (name: string) => offered.some((tool) => matchesGlob(tool, name));
  const named = new Set(specs.filter((spec) => !("toolsAllowed" in spec)).flatMap((spec) => toolsNamed(spec)));
  return [...named].filter((name) => !isOffered(name)).toSorted((left, right) => left.localeCompare(right));
}
