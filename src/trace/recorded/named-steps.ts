import type { ToolStep } from "../../domain/index.ts";

/** Calls of which only the tool is known: the arguments are an empty text, which no canonical JSON is. */
export function namedSteps(names: readonly string[]): ToolStep[] {
  return names.map((tool) => ({ tool, arguments: "", isError: false }));
}
