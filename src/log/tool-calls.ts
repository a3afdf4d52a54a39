import { createHash } from "node:crypto";
import type { RunEvent, ToolDeclaration, ToolStep } from "../domain/index.ts";
import { canonicalJson, firstCharacters, isJsonObject } from "../kernel/index.ts";

/** A tool call of the agent with its answer: repetitions by the boundary itself are one call. */
export interface ToolCall {
  readonly called: RunEvent<"tool.called">;
  /** Missing while it is under way, and when the run broke off. */
  readonly returned: RunEvent<"tool.returned"> | undefined;
  readonly declaration: ToolDeclaration | undefined;
  readonly isError: boolean;
}

/** In the order in which they were made. */
export function toolCalls(events: readonly RunEvent[]): ToolCall[] {
  const called = new Map<number, RunEvent<"tool.called">>();
  const returned = new Map<number, RunEvent<"tool.returned">>();
  const declarations = new Map<string, ToolDeclaration>();
  for (const event of events) {
    if (event.type === "run.started") for (const tool of event.tools ?? []) declarations.set(tool.name, tool);
    if (event.type === "tool.called" && !called.has(event.effect)) called.set(event.effect, event);
    if (event.type === "tool.returned") returned.set(event.effect, event);
  }
  return [...called.values()].map((call) => {
    const answer = returned.get(call.effect);
    return {
      called: call,
      returned: answer,
      declaration: call.declaration ?? declarations.get(call.tool),
      isError: answer !== undefined && isToolError(answer),
    };
  });
}

/** Thrown, marked by the tool, or told in words: many tools answer `Error: ...` as an ordinary text. */
export function isToolError({ error, result }: RunEvent<"tool.returned">): boolean {
  if (error !== undefined) return true;
  return typeof result === "string" ? result.startsWith("Error") : isJsonObject(result) && result["isError"] === true;
}

const ARGUMENTS_LENGTH_MAX = 200;

/** Short enough to keep; still different for different arguments. */
export function toolStep({ called, isError }: ToolCall): ToolStep {
  return { tool: called.tool, arguments: shorten(canonicalJson(called.arguments)), isError };
}

function shorten(text: string): string {
  if (text.length <= ARGUMENTS_LENGTH_MAX) return text;
  const start = firstCharacters(text, ARGUMENTS_LENGTH_MAX);
  return `${start}#${createHash("sha256").update(text).digest("hex").slice(0, 8)}`;
}
