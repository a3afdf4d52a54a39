import type { RunEvent } from "../domain/index.ts";

/** Names of tools that checks, approvals or faults name: values of `tool` and `tools`, and `tool NAME` in conditions. */
export function toolsNamed(value: unknown, key = ""): string[] {
  if (typeof value === "string") {
    if (key === "tool" || key === "tools") return [value];
    const isCondition = key === "when" || key === "unless" || key === "all" || key === "any" || key === "not";
    return isCondition || key === "on" ? [...value.matchAll(/\btool ([\w.-]+)/g)].map(([, name = ""]) => name) : [];
  }
  if (Array.isArray(value)) return value.flatMap((member) => toolsNamed(member, key));
  if (typeof value !== "object" || value === null || value instanceof RegExp) return [];
  return Object.entries(value).flatMap(([name, member]) => toolsNamed(member, name));
}

/** Tools that an agent was offered or called, as far as one event tells. */
export function toolsIn(event: RunEvent): readonly string[] {
  if (event.type === "model.called") return event.toolNames;
  if (event.type === "run.started") return event.tools?.map(({ name }) => name) ?? [];
  return event.type === "tool.called" ? [event.tool] : [];
}
