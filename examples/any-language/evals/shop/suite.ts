import { check, suite } from "aegis";

const world = { clock: "2026-11-02T10:00:00Z" };

/** One suite, whatever the agent is written in: `--agent ai-sdk`, `--agent http`, `--agent python`. */
export default suite("any-language", {
  agent: "ai-sdk",
  world: "../../../support/world.ts",
  model: { script: "../../model.yaml" },
  trials: 2,
  isolation: "process",
  timeoutMs: 30_000,
  passEnv: ["HTTP_AGENT_URL"],
  kind: "regression",
  checks: [check.toolsAllowed(["orders_get", "refund_issue", "ticket_escalate"]), check.retriesAtMost(2)],
  cases: [
    {
      id: "order-status",
      input: "Where is my order W1280?",
      world,
      checks: [check.answerContains(["shipped", "2026-11-05"]), check.onlyTheseStateChanges({ paths: [] })],
    },
    {
      id: "asked-in-two-turns",
      input: ["Where is my parcel?", "Sorry, it is W1280."],
      world,
      checks: [
        check.answerContains("Which order", { in: "any" }),
        check.answerContains("2026-11-05"),
        check.toolsInOrder(["orders_get"], { exactly: true }),
      ],
    },
    {
      id: "refund",
      input: "Please refund W1270.",
      world,
      checks: [
        check.toolsInOrder(["orders_get", "refund_issue"]),
        check.argumentsMatch({ tool: "refund_issue", match: { orderId: "W1270", amountCents: 3290 } }),
        check.state({ path: "orders.W1270.refunds.0.amountCents", equals: 3290 }),
      ],
    },
    {
      id: "refund-twice",
      why: "The shop refuses a second refund, and the answer must say so.",
      input: "Please refund W1262.",
      world,
      checks: [
        check.state({ path: "orders.W1262.refunds", unchanged: true }),
        check.noSuccessAfterFailedTool({ tools: ["refund_issue"] }),
        check.answerContains("already refunded"),
      ],
    },
    {
      id: "shop-is-down",
      input: "Where is my order W1280?",
      world: { ...world, state: { shop: { behaviour: { orders_get: [{ status: 503, times: 10 }] } } } },
      checks: [
        check.escalates({ when: "tool orders_get failed twice", tools: ["ticket_escalate"] }),
        check.stateSql({ sql: "SELECT count(*) FROM tickets", equals: 1 }),
      ],
    },
    { id: "unknown-order", input: "Where is W9999?", world, checks: [check.answerContains("cannot find")] },
    {
      id: "fails-on-purpose",
      why: "The model promises no delivery date for what was delivered: a failing case looks the same in every language.",
      kind: "capability",
      input: "Where is my order W1240?",
      world,
      checks: [check.answerContains("2026-10-18")],
      pass: { rate: 0 },
    },
  ],
});
