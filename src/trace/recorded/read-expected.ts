import type { ExpectedOutcome } from "../../domain/index.ts";
import { isJsonObject, type Json } from "../../kernel/index.ts";

/**
 * What benchmarks of the tau family write down as right: actions with a name and arguments (`kwargs` in the older one),
 * and texts the user has to be told. Actions of the simulated user are not the agent's.
 */
export function readExpected(actions: Json | undefined, told: Json | undefined): ExpectedOutcome | undefined {
  const calls = Array.isArray(actions) ? actions.flatMap(readAction) : undefined;
  const texts = Array.isArray(told) ? told.flatMap((text) => (typeof text === "string" ? [text] : [])) : [];
  if (calls === undefined && texts.length === 0) return undefined;
  return { ...(calls && { calls }), ...(texts.length > 0 && { told: texts }) };
}

function readAction(action: Json): { tool: string; arguments: Json }[] {
  if (!isJsonObject(action) || typeof action["name"] !== "string" || action["requestor"] === "user") return [];
  return [{ tool: action["name"], arguments: action["kwargs"] ?? action["arguments"] ?? {} }];
}
