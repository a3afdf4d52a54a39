import type { EvalCase } from "../../domain/index.ts";

/** A case that every condition can work on. */
export function sampleCase(change: Partial<EvalCase> = {}): EvalCase {
  return {
    id: "refund",
    kind: "capability",
    tags: ["billing"],
    input: [{ user: "Hello, please refund order W1234, it's broken." }, { user: "I paid $45.50 on 2026-11-02." }],
    user: { id: "u1", grants: ["refund.request", "orders.read"] },
    world: {
      state: {
        kb: {
          refunds: { id: "refunds", text: "Refunds within 30 days. Fee: $5.", updated: "2026-01-15" },
          shipping: { id: "shipping", text: "Free." },
        },
        list: ["Two bags up to 23 kg.", "No pets."],
      },
      env: {},
      approvals: [],
    },
    metadata: {},
    checks: [{ escalates: {} }],
    passRate: 0.5,
    ...change,
  };
}
