/** agents/support.ts: an AI SDK agent that runs offline at once. */
export const AGENT = `import { type AgentContext, defineAgent, defineTool } from "aegis";
import { scripted } from "aegis/model";
import { ToolLoopAgent } from "ai";
import { z } from "zod";

// A scripted model: offline, free, and the same every time. To put a real one in:
//   npm install @ai-sdk/openai
//   import { openai } from "@ai-sdk/openai";
//   const model = openai("gpt-5-mini");
// and let the trials see its key: passEnv: ["OPENAI_API_KEY"] in the suite.
const model = scripted({
  id: "support",
  rules: [
    { when: { lastFailed: "get_order", user: "(W\\\\d+)" }, then: { say: "I find no order {{user.1}}. Please check its number." } },
    { when: { lastTool: "hand_over" }, then: { say: "I have passed this on to a colleague, who will write to you." } },
    { when: { lastTool: "refund_order" }, then: { say: "I refunded {{lastResult.amount}} USD for order {{lastResult.id}}." } },
    {
      when: { lastTool: "get_order", user: "refund|money back", lastResult: '"total":\\\\s*\\\\d{3}' },
      then: { call: { tool: "hand_over", arguments: { reason: "A refund of 100 USD or more needs a person." } } },
    },
    {
      when: { lastTool: "get_order", user: "refund|money back" },
      then: { call: { tool: "refund_order", arguments: { id: "{{lastResult.id}}" } } },
    },
    { when: { lastTool: "get_order" }, then: { say: "Order {{lastResult.id}} is {{lastResult.status}}." } },
    { when: { user: "(W\\\\d+)" }, then: { call: { tool: "get_order", arguments: { id: "{{user.1}}" } } } },
  ],
  fallback: { say: "Which order is this about? Please tell me its number." },
});

interface Order {
  readonly id: string;
  readonly status: string;
  readonly total: number;
  refunded: number;
}

/** What \`aegis serve\` has to talk about until the tools ask your services: each session begins with these. */
const ordersToTry = () => ({
  W1001: { id: "W1001", status: "shipped", total: 30, refunded: 0 },
  W2001: { id: "W2001", status: "delivered", total: 450, refunded: 0 },
});

/** The tools work on the state of the case, or else of the session; in production they would ask your services. */
function tools({ state, caseId }: AgentContext) {
  if (caseId === undefined) state["orders"] ??= ordersToTry();
  const orders = (state["orders"] ?? {}) as unknown as Record<string, Order>;
  const find = (id: string) => {
    const order = orders[id];
    if (!order) throw new Error(\`there is no order \${id}\`);
    return order;
  };
  return {
    get_order: defineTool({
      name: "get_order",
      description: "Look up an order by its number.",
      input: z.object({ id: z.string() }),
      execute: ({ id }) => find(id),
    }),
    refund_order: defineTool({
      name: "refund_order",
      description: "Refund an order in full. Only below 100 USD.",
      input: z.object({ id: z.string() }),
      risk: "irreversible",
      execute: ({ id }) => {
        const order = find(id);
        order.refunded = order.total;
        return { id, amount: order.total };
      },
    }),
    hand_over: defineTool({
      name: "hand_over",
      description: "Hand the conversation over to a person.",
      input: z.object({ reason: z.string() }),
      purpose: "escalation",
      execute: () => ({ handedOver: true }),
    }),
  };
}

export default defineAgent({
  name: "support",
  version: "1",
  agent: (context) =>
    new ToolLoopAgent({
      model,
      tools: tools(context),
      instructions: "You help customers of a shop. Look an order up before you act on it.",
    }),
});
`;
