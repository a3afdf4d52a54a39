import { type Json, LIMITS } from "../../kernel/index.ts";
import { UnreadableRow } from "./read-rows.ts";

/**
 * Everything that reads a value calls itself for what is inside, and the stack is not endless.
 * @throws {UnreadableRow} for a value that is nested deeper than the limit
 */
export function refuseDeep(value: Json): void {
  let level: readonly Json[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > LIMITS.importDepthMax) throw new UnreadableRow("is nested too deeply");
    level = level.flatMap(partsOf);
  }
}

function partsOf(value: Json): readonly Json[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).filter((part) => typeof part === "object" && part !== null) as Json[];
}
