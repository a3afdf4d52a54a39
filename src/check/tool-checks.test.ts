import { expect, test } from "vitest";
import { check } from "./build-check.ts";
import { compileCheck } from "./compile-check.ts";
import { log } from "./log-builder.test-kit.ts";

const twoCalls = log()
  .tool("orders.get", { id: "W1" })
  .tool("refund.issue", { orderId: "W1", amount: 40, to: { city: "Bonn" } });

test.each([
  { spec: check.toolsAllowed(["orders.get", "refund.issue"]), outcome: "pass", evidence: [0, 2] },
  { spec: check.toolsAllowed(["orders.*", "refund.*"]), outcome: "pass", evidence: [0, 2] },
  { spec: check.toolsAllowed(["orders.get"]), outcome: "fail", evidence: [2] },
  { spec: { toolsAllowed: ["orders.get"] }, outcome: "fail", evidence: [2] },
  { spec: check.toolsAllowed([]), outcome: "fail", evidence: [0, 2] },
  { spec: check.toolsAllowed(["orders"]), outcome: "fail", evidence: [0, 2] },
  { spec: check.toolsRequired(["refund.issue"]), outcome: "pass", evidence: [2] },
  { spec: check.toolsRequired(["refund.issue", "mail.send"]), outcome: "fail", evidence: [2], score: 0.5 },
  { spec: check.toolsRequired(["orders.get"], { succeeded: true }), outcome: "pass", evidence: [0] },
  { spec: check.toolsInOrder(["orders.get", "refund.issue"]), outcome: "pass", evidence: [0, 2] },
  { spec: check.toolsInOrder(["refund.issue", "orders.get"]), outcome: "fail", evidence: [2], score: 0.5 },
  { spec: check.toolsInOrder(["refund.issue"], { exactly: true }), outcome: "fail", evidence: [0] },
  { spec: check.toolsInOrder(["orders.get", "orders.get"]), outcome: "fail", evidence: [0], score: 0.5 },
  { spec: check.argumentsMatch({ tool: "refund.issue", match: { orderId: "W1" } }), outcome: "pass", evidence: [2] },
  {
    spec: check.argumentsMatch({ tool: "refund.issue", match: { amount: { atMost: 39 } } }),
    outcome: "fail",
    evidence: [2],
  },
  {
    spec: check.argumentsMatch({ tool: "refund.issue", match: { to: { city: "Bonn" } } }),
    outcome: "pass",
    evidence: [2],
  },
  {
    spec: check.argumentsMatch({ tool: "refund.issue", match: { "to.city": { matches: "^B" } } }),
    outcome: "pass",
    evidence: [2],
  },
  { spec: check.argumentsMatch({ tool: "refund.issue", match: { orderId: "W2" } }), outcome: "fail", evidence: [2] },
  {
    spec: check.argumentsMatch({ tool: "refund.issue", match: { note: { exists: false } } }),
    outcome: "pass",
    evidence: [2],
  },
  { spec: check.argumentsMatch({ tool: "refund.issue", match: () => false }), outcome: "fail", evidence: [2] },
  { spec: check.argumentsMatch({ tool: "refund.issue", call: 2, match: {} }), outcome: "fail", evidence: [] },
  { spec: check.argumentsMatch({ tool: "mail.send", match: {} }), outcome: "fail", evidence: [] },
  { spec: check.argumentsMatch({ tool: "mail.send", call: "every", match: {} }), outcome: "pass", evidence: [] },
])("$spec gives $outcome", ({ spec, ...wanted }) => {
  const verdict = compileCheck(spec).judge(twoCalls.run());
  expect(verdict).toMatchObject({ ...wanted, witness: wanted.evidence.length > 0 ? "runtime" : null });
});

test("a call that failed is none that succeeded", () => {
  const run = log().tool("orders.get", {}, null, { error: "503" }).run();
  expect(compileCheck(check.toolsRequired(["orders.get"], { succeeded: true })).judge(run)).toMatchObject({
    outcome: "fail",
  });
});

test("a text that asks for any, every or one call means it", () => {
  const run = log().tool("pay", { amount: 10 }).tool("pay", { amount: "1,000" }).run();
  const outcomes = (["any", "every", 1, 2] as const).map((call) =>
    compileCheck(check.argumentsMatch({ tool: "pay", call, match: { amount: { atMost: 50 } } })).judge(run),
  );
  expect(outcomes).toMatchObject([{ outcome: "pass" }, { outcome: "fail" }, { outcome: "pass" }, { outcome: "fail" }]);
});

test.each([
  {
    why: "one it does not have",
    events: log()
      .model({ asks: ["shell.run"] })
      .model({ asks: ["shell.run", "orders.get"] })
      .tool("orders.get"),
    outcome: "fail",
    explanation: "It asked for shell.run (event 1), outside the allowed tools.",
    evidence: [1, 3],
  },
  {
    why: "one it then called",
    events: log()
      .model({ asks: ["refund.issue"] })
      .tool("refund.issue"),
    outcome: "fail",
    explanation: "It called refund.issue, outside the allowed tools.",
    evidence: [2],
  },
  {
    why: "one it called, one it does not have",
    events: log()
      .model({ asks: ["refund.issue", "shell.run"] })
      .tool("refund.issue"),
    outcome: "fail",
    explanation: "It called refund.issue and asked for shell.run (event 1), outside the allowed tools.",
    evidence: [1, 2],
  },
  {
    why: "an allowed one, denied by a person",
    events: log().model({ asks: ["orders.get"] }),
    outcome: "pass",
    explanation: "All 0 tool calls were to allowed tools.",
    evidence: [],
  },
  {
    why: "allowed ones, as called",
    events: log()
      .model({ asks: ["orders.get", "orders.get"] })
      .tool("orders.get")
      .tool("orders.get"),
    outcome: "pass",
    explanation: "All 2 tool calls were to allowed tools.",
    evidence: [2, 4],
  },
])("what the model asks for is held against the allowed tools: $why", ({ events, outcome, explanation, evidence }) => {
  const verdict = compileCheck(check.toolsAllowed(["orders.*"])).judge(events.run());
  expect(verdict).toMatchObject({ outcome, explanation, evidence });
});
