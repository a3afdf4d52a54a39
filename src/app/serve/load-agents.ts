import { dirname } from "node:path";
import type { AgentDefinition } from "../../agent/index.ts";
import { AegisError } from "../../kernel/index.ts";
import type { AgentDirectory, OpenAgentSession } from "../../runtime/index.ts";
import type { Config } from "../config.ts";
import { importAgent } from "../import-agent.ts";
import { agentNames, agentResolver } from "../find-suites.ts";
import { loadAgentAdapter, openAgentSession } from "../open-agent-session.ts";
import { registerDoors } from "../register-doors.ts";

export interface LoadedAgents {
  readonly directory: AgentDirectory;
  readonly openSession: OpenAgentSession;
}

/**
 * The project's agents, by the names of the config and of the files in `agents`; all of them, or those named.
 * @param options.mayBeNone for a process that serves without any
 * @throws {AegisError} "agent.not_found", "agent.bad_definition"
 */
export async function loadAgents(
  config: Config,
  { named, mayBeNone = false }: { readonly named?: readonly string[] | undefined; readonly mayBeNone?: boolean } = {},
): Promise<LoadedAgents> {
  registerDoors();
  const names = named ?? (Object.keys(config.agents).length > 0 ? Object.keys(config.agents) : agentNames(config));
  if (names.length === 0 && !mayBeNone) {
    throw new AegisError(
      "agent.not_found",
      `There is no agent in ${config.root}: none in aegis.config.ts, none in agents/`,
      { fix: "`aegis init` makes a project with one; or put agents/<name>.ts into this one." },
    );
  }
  const resolveAgent = agentResolver(config);
  const byName = new Map<string, AgentDefinition>();
  const folders = new Map<AgentDefinition, string>();
  for (const name of names) {
    const { file } = resolveAgent(name, config.root);
    const agent = await importAgent(file);
    await loadAgentAdapter(agent);
    byName.set(name, agent);
    folders.set(agent, dirname(file));
  }
  return {
    directory: {
      offers: [...byName].map(([agent, { version }]) => ({ agent, version })),
      find(name, version) {
        const agent = byName.get(name);
        return version === undefined || agent?.version === version ? agent : undefined;
      },
    },
    openSession: (request) => openAgentSession({ ...request, folder: folders.get(request.agent) ?? config.root }),
  };
}
