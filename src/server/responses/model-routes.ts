import { AegisError } from "../../kernel/index.ts";
import type { AgentSummary } from "../../runtime/index.ts";
import type { MountGroup } from "../route-context.ts";

/** What may stand as `model` in a request: the names of the agents. */
export const mountModelRoutes: MountGroup = (mount, { runtime }) => {
  mount("models.list", async (c) => c.json({ object: "list", data: (await runtime.agents()).map(modelOf) }));
  mount("models.get", async (c, { params }) => {
    const agent = (await runtime.agents()).find(({ name }) => name === params.id);
    if (agent) return c.json(modelOf(agent));
    throw new AegisError("agent.not_found", `There is no agent ${JSON.stringify(params.id)}`, {
      details: { param: "model" },
    });
  });
};

function modelOf({ name, routes }: AgentSummary) {
  const routedAtMs = Math.max(0, ...routes.map(({ updatedAtMs }) => updatedAtMs));
  return { id: name, object: "model", created: Math.floor(routedAtMs / 1_000), owned_by: "aegis" };
}
