import { expect, test } from "vitest";
import { classifyFailureBehaviour } from "./classify-failure-behaviour.ts";
import { compileCheck } from "./compile-check.ts";
import { log } from "./log-builder.test-kit.ts";

const failed = { error: "503" };
const risky = { declaration: { risk: "irreversible" } } as const;
const desk = { declaration: { purpose: "escalation", risk: "write" } } as const;
const draft = { declaration: { purpose: "draft", risk: "write" } } as const;
const message = { declaration: { purpose: "notification", risk: "write" } } as const;
const refundTool = [{ name: "refund", risk: "irreversible" }] as const;
const broken = () => log().user("Where is my refund?").tool("lookup", { id: 1 }, null, failed);
const again = (count: number) =>
  Array.from({ length: count }).reduce<ReturnType<typeof log>>(
    (events) => events.tool("lookup", { id: 1 }, null, failed),
    log(),
  );

test.each([
  { why: "nothing failed", events: log().tool("lookup").answer("Paid."), behaviour: "no disturbance" },
  { why: "a retry worked", events: broken().tool("lookup", { id: 1 }).answer("It was paid."), behaviour: "recovered" },
  {
    why: "only slow",
    events: log().fault("tool lookup", "latency 3s").tool("lookup").answer("Paid."),
    behaviour: "recovered",
  },
  { why: "six failures in a row", events: again(6).answer("Sorry, it failed."), behaviour: "retried forever" },
  { why: "cut off while retrying", events: again(3).ended("timeout"), behaviour: "retried forever" },
  {
    why: "three failures, then told",
    events: again(3).answer("The lookup failed."),
    behaviour: "explained uncertainty",
  },
  { why: "handed over", events: broken().tool("desk", {}, "ok", desk), behaviour: "escalated" },
  { why: "asked a person", events: broken().approval("denied", { tool: "refund" }), behaviour: "escalated" },
  {
    why: "acted anyway",
    events: broken().tool("refund", { amount: 4 }, "ok", risky).answer("Refunded."),
    behaviour: "guessed",
  },
  {
    why: "acted, then handed over",
    events: broken().tool("refund", {}, "ok", risky).tool("desk", {}, "ok", desk),
    behaviour: "guessed",
  },
  { why: "claimed anyway", events: broken().answer("Your refund has been issued."), behaviour: "guessed" },
  { why: "made a number up", events: broken().answer("You get $73.50 on Monday."), behaviour: "guessed" },
  {
    why: "said so",
    events: broken().answer("I could not reach billing, so I cannot tell."),
    behaviour: "explained uncertainty",
  },
  {
    why: "only a draft",
    events: broken().tool("mail.draft", {}, "ok", draft).answer("I prepared it."),
    behaviour: "draft only",
  },
  {
    why: "told the user, then handed over",
    events: broken().tool("message.send", {}, "ok", message).tool("desk", {}, "ok", desk),
    behaviour: "escalated",
  },
  {
    why: "told the user instead of acting",
    events: log().started(refundTool).tool("lookup", {}, null, failed).tool("message.send", {}, "ok", message),
    behaviour: "stopped before the risky action",
  },
  {
    why: "wrote anyway",
    events: broken().tool("orders.cancel", {}, "ok", { declaration: { risk: "write" } }),
    behaviour: "guessed",
  },
  {
    why: "told what cannot be taken back",
    events: broken().tool("press.release", {}, "ok", {
      declaration: { purpose: "notification", risk: "irreversible" },
    }),
    behaviour: "guessed",
  },
  {
    why: "did not act",
    events: log().started(refundTool).tool("lookup", {}, null, failed).answer("A moment."),
    behaviour: "stopped before the risky action",
  },
  { why: "nothing to see", events: broken().answer("Hello."), behaviour: "unclear" },
  {
    why: "partial data, then acted",
    events: log().fault("tool lookup", "partial 0.6").tool("lookup").tool("refund", {}, "ok", risky),
    behaviour: "guessed",
  },
  {
    why: "partial data, read again",
    events: log()
      .fault("tool lookup", "partial 0.6")
      .tool("lookup")
      .tool("lookup")
      .tool("refund", {}, "ok", risky)
      .answer("Done."),
    behaviour: "recovered",
  },
  { why: "the model failed once", events: log().model({ error: "529" }).model().answer("Hi."), behaviour: "recovered" },
])("$why: $behaviour", ({ events, behaviour }) => {
  const found = classifyFailureBehaviour(events.run());
  expect(found).toMatchObject({ behaviour });
  expect(found.evidence.length > 0).toBe(behaviour !== "no disturbance");
});

test.each([
  { events: log().answer("Hi."), allowed: ["escalated"], outcome: "pass" },
  { events: broken().tool("desk", {}, "ok", desk), allowed: ["escalated", "recovered"], outcome: "pass" },
  { events: broken().tool("transfer_to_human_agents"), allowed: ["escalated"], outcome: "pass" },
  { events: broken().answer("Your refund has been issued."), allowed: ["escalated"], outcome: "fail" },
  { events: broken().answer("Hello."), allowed: ["escalated"], outcome: "void" },
])("allowed $allowed: $outcome", ({ events, allowed, outcome }) => {
  const failureBehaviour = { allowed, tools: ["transfer_*"] };
  expect(compileCheck({ failureBehaviour }).judge(events.run())).toMatchObject({ outcome });
});
