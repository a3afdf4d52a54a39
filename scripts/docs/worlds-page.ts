import { declarations } from "./declarations.ts";
import { code, page } from "./markdown.ts";

const WORLD = `// evals/refunds/world.ts
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TrialWorld, WorldRequest } from "aegis";

type Orders = Record<string, { total: number; refunded: number }>;

/** A shop of one service: \`POST /W1/refund\`. Each trial has its own, made from the case's \`world.state.orders\`. */
export default async function shopWorld({ state }: WorldRequest): Promise<TrialWorld> {
  const orders = state["orders"] as Orders;
  const server = createServer((request, response) => {
    const [, id = ""] = /^\\/(\\w+)\\/refund$/.exec(request.url ?? "") ?? [];
    const order = orders[id];
    if (!order) return void response.writeHead(404).end();
    order.refunded = order.total;
    response.end(JSON.stringify(order));
  });
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  return {
    env: { SHOP_URL: \`http://127.0.0.1:\${(server.address() as AddressInfo).port}\` },
    state: () => ({ orders: structuredClone(orders) }),
    close: () => void server.close(),
  };
}`;

const AGENT = `// agents/refunder.ts
import { defineAgent } from "aegis";

export default defineAgent({
  name: "refunder",
  version: "1",
  run: async ({ message, context }) => {
    const [id = ""] = /W\\d+/.exec(message) ?? [];
    const order = await context.boundary.tool({
      tool: "refund",
      callId: \`refund-\${id}\`,
      arguments: { id },
      execute: async () => (await fetch(\`\${context.env["SHOP_URL"]}/\${id}/refund\`, { method: "POST" })).json(),
    });
    return \`I refunded \${(order as { refunded: number }).refunded} USD.\`;
  },
});`;

const SUITE = `# evals/refunds/suite.yaml
name: refunds
agent: refunder
world: ./world.ts
trials: 2
cases:
  - id: refund
    input: Please refund order W1.
    world:
      state:
        orders:
          W1: { total: 30, refunded: 0 }
          W2: { total: 80, refunded: 0 }
    checks:
      - state: { path: orders.W1.refunded, equals: 30 }
      - onlyTheseStateChanges: [orders.W1.refunded]`;

export function worldsPage(): string {
  return page([
    "# Worlds",
    "A suite's `world` makes what stands behind the agent, once per trial: services, and the state that checks look at. It is a function, or in YAML the path of a module that exports one as default. It runs on the trusted side: the agent reaches it only through the addresses in `env`. Without one, a case's `world.state` is the agent's own `context.state`, and needs no service.",
    code(declarations("world/world.ts", ["WorldRequest", "TrialWorld", "StatePair", "WorldFactory"]), "ts"),
    "## An example",
    "Three files; `npx aegis eval run --suite refunds` runs them.",
    code(WORLD, "ts"),
    code(AGENT, "ts"),
    code(SUITE, "yaml"),
    "A world that cannot be made voids the trial: it says nothing about the agent.",
  ]);
}
