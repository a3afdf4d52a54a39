import { pathToFileURL } from "node:url";
import { type AgentDefinition, isAgentDefinition, whereThrown } from "../agent/index.ts";
import { AegisError } from "../kernel/index.ts";

/**
 * The agent a file exports.
 * @throws {AegisError} "agent.bad_definition" when it cannot be loaded or exports something else
 */
export async function importAgent(file: string): Promise<AgentDefinition> {
  const { default: agent } = await importModule(file);
  if (isAgentDefinition(agent)) return agent;
  throw new AegisError("agent.bad_definition", `${file} does not export defineAgent(...) as default`);
}

export async function importModule(file: string): Promise<{ default?: unknown }> {
  try {
    return (await import(pathToFileURL(file).href)) as { default?: unknown };
  } catch (cause) {
    if (cause instanceof AegisError) throw cause;
    const where = whereThrown(cause);
    const at = where === undefined ? "" : ` (${where})`;
    throw new AegisError("agent.bad_definition", `${file} cannot be loaded: ${(cause as Error).message}${at}`, {
      cause,
    });
  }
}
