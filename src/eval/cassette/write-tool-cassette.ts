import type { RecordedTake } from "../../domain/index.ts";
import { jsonLine } from "../../kernel/index.ts";
import type { ToolCassette } from "./read-tool-cassette.ts";
import { TOOL_CASSETTE_VERSION } from "./tool-cassette-schema.ts";

/** JSON lines that read like the conversation: a header, then each recorded run from its first word to its last. */
export function writeToolCassette({ tools, takes }: ToolCassette): string {
  const lines = [{ aegis: "tool-cassette", version: TOOL_CASSETTE_VERSION, tools }, ...takes.flatMap(linesOf)];
  return lines.map(jsonLine).join("");
}

function linesOf({ name, turns, ...take }: RecordedTake): object[] {
  return [{ take: name, ...take }, ...turns.flatMap(({ user, steps }) => [{ user }, ...steps])];
}
