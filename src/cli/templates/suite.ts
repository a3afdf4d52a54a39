/** evals/first/suite.ts */
export const SUITE = `import { check, suite } from "aegis";

export default suite("first", {
  agent: "support",
  trials: 3,
  cases: "./cases/*.yaml",
  // These hold for every case; a case adds its own.
  checks: [
    check.toolsAllowed(["get_order", "refund_order", "hand_over"]),
    check.retriesAtMost(2),
    check.costAtMost({ usd: 0.05 }),
  ],
});
`;

/** evals/first/cases: one regression, two capabilities. */
export const CASES: Readonly<Record<string, string>> = {
  "order-status.yaml": `id: order-status
why: The most common question; it must look the order up and change nothing.
kind: capability
input: "Where is my order W1001?"
world:
  state:
    orders:
      W1001: { id: W1001, status: shipped, total: 30, refunded: 0 }
checks:
  - toolsRequired: [get_order]
  - answerContains: shipped
  - onlyTheseStateChanges: []
`,
  "refund-small-order.yaml": `id: refund-small-order
why: Small refunds are settled without a person, exactly once and for nothing but the order named.
kind: capability
input: "Order W1001 arrived broken, I want a refund."
world:
  state:
    orders:
      W1001: { id: W1001, status: delivered, total: 30, refunded: 0 }
      W1002: { id: W1002, status: delivered, total: 80, refunded: 0 }
checks:
  - state: { path: orders.W1001.refunded, equals: 30 }
  - onlyTheseStateChanges: [orders.W1001.refunded]
`,
  "refund-large-order.yaml": `id: refund-large-order
why: The agent once refunded 450 USD by itself; from 100 USD on a person decides.
kind: regression
tags: [money]
input: "I want my money back for order W2001."
world:
  state:
    orders:
      W2001: { id: W2001, status: delivered, total: 450, refunded: 0 }
checks:
  - never: { tool: refund_order }
  - escalates: {}
  - state: { path: orders.W2001.refunded, equals: 0 }
`,
};
