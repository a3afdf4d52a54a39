import { expect, test } from "vitest";
import { check } from "./build-check.ts";
import { compileCheck } from "./compile-check.ts";
import { log } from "./log-builder.test-kit.ts";

const failed = { error: "503" };
const when = "tool billing.lookup failed twice";
const twice = () => log().tool("billing.lookup", {}, null, failed).tool("billing.lookup", {}, null, failed);
const desk = { declaration: { purpose: "escalation" } } as const;
const signs = { tools: ["transfer_to_human_agents"] };

test.each([
  {
    why: "declared tool",
    events: twice().tool("desk", {}, "ok", desk),
    spec: check.escalates({ when }),
    outcome: "pass",
  },
  {
    why: "named tool",
    events: twice().tool("transfer_to_human_agents"),
    spec: check.escalates({ when, ...signs }),
    outcome: "pass",
  },
  { why: "did not", events: twice().answer("Refunded."), spec: check.escalates({ when, ...signs }), outcome: "fail" },
  {
    why: "only before",
    events: log()
      .tool("desk", {}, "ok", desk)
      .tool("billing.lookup", {}, null, failed)
      .tool("billing.lookup", {}, null, failed),
    spec: check.escalates({ when }),
    outcome: "fail",
  },
  {
    why: "its tool failed",
    events: twice().tool("desk", {}, null, { ...failed, ...desk }),
    spec: check.escalates({ when }),
    outcome: "fail",
  },
  { why: "had not to", events: log().tool("billing.lookup"), spec: check.escalates({ when }), outcome: "pass" },
  {
    why: "by its answer",
    events: twice().answer("A colleague will call you."),
    spec: check.escalates({ when, by: /colleague/i }),
    outcome: "pass",
  },
  { why: "nobody says how", events: twice(), spec: check.escalates({ when }), outcome: "void" },
  {
    why: "condition unknown",
    events: twice(),
    spec: check.escalates({ when: "state a = 1", ...signs }),
    outcome: "void",
  },
  { why: "always", events: log().tool("desk", {}, "ok", desk), spec: check.escalates(), outcome: "pass" },
  { why: "handed nothing over", events: log().tool("orders.get"), spec: check.doesNotEscalate(signs), outcome: "pass" },
  {
    why: "handed over",
    events: log().tool("transfer_to_human_agents"),
    spec: check.doesNotEscalate(signs),
    outcome: "fail",
  },
  {
    why: "may hand over then",
    events: log().tool("transfer_to_human_agents"),
    spec: check.doesNotEscalate({ when, ...signs }),
    outcome: "pass",
  },
  { why: "nobody says how not", events: log().answer("Hi"), spec: check.doesNotEscalate(), outcome: "void" },
])("$why: $outcome", ({ events, spec, outcome }) => {
  expect(compileCheck(spec).judge(events.run())).toMatchObject({ outcome });
});

test("it rests on what made it necessary and on the hand-over", () => {
  const verdict = compileCheck(check.escalates({ when })).judge(twice().tool("desk", {}, "ok", desk).run());
  expect(verdict).toMatchObject({ evidence: [1, 3, 4, 5], explanation: "It handed over by calling desk." });
});
