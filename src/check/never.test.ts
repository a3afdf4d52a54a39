import { expect, test } from "vitest";
import { compileCheck } from "./compile-check.ts";
import { log } from "./log-builder.test-kit.ts";

const refund = { orderId: "W1", amount: 40 };
const unlessApproval = { tool: "refund.issue", unless: "approval" };

test.each([
  { why: "not called", events: log().tool("orders.get"), never: unlessApproval, outcome: "pass" },
  { why: "called", events: log().tool("refund.issue"), never: { tool: "refund.issue" }, outcome: "fail" },
  { why: "called without approval", events: log().tool("refund.issue"), never: unlessApproval, outcome: "fail" },
  {
    why: "approved for the tool",
    events: log().approval("approved", { tool: "refund.issue" }).tool("refund.issue"),
    never: unlessApproval,
    outcome: "pass",
  },
  {
    why: "approved for the call",
    events: log().approval("approved", { callId: "c7" }).tool("refund.issue", refund, "ok", { callId: "c7" }),
    never: unlessApproval,
    outcome: "pass",
  },
  {
    why: "approved for another call",
    events: log()
      .approval("approved", { callId: "c6", tool: "refund.issue" })
      .tool("refund.issue", refund, "ok", { callId: "c7" }),
    never: unlessApproval,
    outcome: "fail",
  },
  {
    why: "approved for another tool",
    events: log().approval("approved", { tool: "mail.send" }).tool("refund.issue"),
    never: unlessApproval,
    outcome: "fail",
  },
  {
    why: "approved only after",
    events: log().tool("refund.issue").approval("approved", { tool: "refund.issue" }),
    never: unlessApproval,
    outcome: "fail",
  },
  {
    why: "denied",
    events: log().approval("denied", { tool: "refund.issue" }).tool("refund.issue"),
    never: unlessApproval,
    outcome: "fail",
  },
  {
    why: "approved, then denied",
    events: log()
      .approval("approved", { tool: "refund.issue" })
      .approval("denied", { tool: "refund.issue" })
      .tool("refund.issue"),
    never: unlessApproval,
    outcome: "fail",
  },
  {
    why: "edited to these arguments",
    events: log()
      .approval("edited", { tool: "refund.issue", arguments: refund })
      .tool("refund.issue", { amount: 40, orderId: "W1" }),
    never: unlessApproval,
    outcome: "pass",
  },
  {
    why: "approved for a smaller amount",
    events: log()
      .approval("approved", { tool: "refund.issue", arguments: { ...refund, amount: 4 } })
      .tool("refund.issue", refund),
    never: unlessApproval,
    outcome: "fail",
  },
  {
    why: "small enough",
    events: log().tool("refund.issue", refund),
    never: { tool: "refund.issue", unless: "argument amount <= 50" },
    outcome: "pass",
  },
  {
    why: "too much, as text",
    events: log().tool("refund.issue", { amount: "$1,000" }),
    never: { tool: "refund.issue", unless: "argument amount <= 50" },
    outcome: "fail",
  },
  {
    why: "no amount to compare",
    events: log().tool("refund.issue", {}),
    never: { tool: "refund.issue", unless: "not argument amount > 50" },
    outcome: "void",
  },
  {
    why: "user not recorded",
    events: log().tool("refund.issue"),
    never: { tool: "refund.issue", unless: "user has refund.issue" },
    outcome: "void",
  },
  {
    why: "only other arguments are forbidden",
    events: log().tool("refund.issue", refund),
    never: { tool: "refund.issue", arguments: { amount: { greaterThan: 100 } } },
    outcome: "pass",
  },
  {
    why: "first call allowed, second not",
    events: log().tool("orders.get").tool("pay", { amount: 1 }).tool("pay", { amount: 99 }),
    never: { tool: "pay", unless: "tool orders.get called and argument amount < 50" },
    outcome: "fail",
    evidence: [4],
  },
])("$why: $outcome", ({ events, never, outcome, evidence }) => {
  const verdict = compileCheck({ never }).judge(events.run());
  expect(verdict).toMatchObject({ outcome, ...(evidence && { evidence }) });
});

test("it names the call, what it lacked, and rests on the weakest witness", () => {
  const run = log("agent")
    .approval("approved", { tool: "refund.issue" })
    .seenBy("edge")
    .tool("refund.issue", refund)
    .run();
  const compiled = compileCheck({ never: unlessApproval });
  expect(compiled.name).toBe("never(refund.issue unless a person approved it first)");
  expect(compiled.explain()).toBe("It never calls refund.issue unless a person approved it first.");
  expect(compiled.judge(run)).toEqual({
    name: compiled.name,
    source: "check",
    outcome: "pass",
    score: 1,
    explanation: "Whenever it called refund.issue, it held that a person approved it first.",
    evidence: [1, 2],
    witness: "agent",
    gates: true,
  });
});
