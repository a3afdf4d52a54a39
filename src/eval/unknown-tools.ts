import { matchesGlob } from "node:path";
import type { CheckSpec, RunEvent } from "../domain/index.ts";

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
  const named = new Set(specs.filter((spec) => !("toolsAllowed" in spec)).flatMap((spec) => namesIn(spec)));
  return [...named].filter((name) => !isOffered(name)).toSorted((left, right) => left.localeCompare(right));
}

function toolsIn(event: RunEvent): readonly string[] {
  if (event.type === "model.called") return event.toolNames;
  if (event.type === "run.started") return event.tools?.map(({ name }) => name) ?? [];
  return event.type === "tool.called" ? [event.tool] : [];
}

/** Values of `tool` and `tools`, and `tool NAME` in conditions, wherever they stand. */
function namesIn(value: unknown, key = ""): string[] {
  if (typeof value === "string") {
    if (key === "tool" || key === "tools") return [value];
    const isCondition = key === "when" || key === "unless" || key === "all" || key === "any" || key === "not";
    return isCondition ? [...value.matchAll(/\btool ([\w.-]+)/g)].map(([, name = ""]) => name) : [];
  }
  if (Array.isArray(value)) return value.flatMap((member) => namesIn(member, key));
  if (typeof value !== "object" || value === null || value instanceof RegExp) return [];
  return Object.entries(value).flatMap(([name, member]) => namesIn(member, name));
}
