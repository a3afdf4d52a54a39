import { expect, test } from "vitest";
import { log } from "../../check/log-builder.test-kit.ts";
import type { RunEvent } from "../../domain/index.ts";
import type { Json } from "../../kernel/index.ts";
import { found } from "./detector.test-kit.ts";
import type { DetectedRun } from "./scene.ts";

interface Row {
  readonly what: string;
  readonly events: readonly RunEvent[];
  readonly rest?: Omit<DetectedRun, "events">;
  readonly finds: readonly string[];
}

/** A model call that was offered tools and asks for some. */
function asking(offered: readonly string[], asks: readonly string[], given: Json = {}) {
  const build = log();
  build.add({
    type: "model.called",
    effect: 90,
    attempt: 1,
    provider: "p",
    model: "m",
    keptCount: 0,
    added: [{ role: "user", content: "please" }],
    toolNames: offered,
  });
  const toolRequests = asks.map((tool, index) => ({ callId: `c${index}`, tool, arguments: given }));
  return build.add({
    type: "model.returned",
    effect: 90,
    durationMs: 1,
    costMicroUsd: null,
    message: { role: "assistant", content: "", toolRequests },
  });
}

const same = (count: number, result: Json = "pending", options = {}) => {
  const build = log();
  for (let index = 0; index < count; index += 1) build.tool("orders.get", { id: 1 }, result, options);
  return build;
};

const repeatRows: Row[] = [
  { what: "three times the same", events: same(3).events(), finds: ["medium 0,1,2,3,4,5"] },
  { what: "twice is not yet a loop", events: same(2).events(), finds: [] },
  {
    what: "twice where the rules say so",
    events: same(2).events(),
    rest: { rules: { repeatTimes: 2 } },
    finds: ["medium 0,1,2,3"],
  },
  { what: "errors are retried", events: same(5, "ok", { error: "timeout" }).events(), finds: [] },
  {
    what: "an error in between starts anew",
    events: same(2)
      .tool("orders.get", { id: 1 }, "", { error: "timeout" })
      .tool("orders.get", { id: 1 }, "pending")
      .events(),
    finds: [],
  },
  {
    what: "something new came back",
    events: same(2).tool("orders.get", { id: 1 }, "shipped").tool("orders.get", { id: 1 }, "shipped").events(),
    finds: [],
  },
  {
    what: "other arguments in between",
    events: same(2).tool("orders.get", { id: 2 }, "pending").tool("orders.get", { id: 1 }, "pending").events(),
    finds: [],
  },
  {
    what: "keys in another order are the same arguments",
    events: log().tool("t", { a: 1, b: 2 }).tool("t", { b: 2, a: 1 }).tool("t", { a: 1, b: 2 }).events(),
    finds: ["medium 0,1,2,3,4,5"],
  },
  { what: "many times", events: same(9).events(), finds: ["high 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17"] },
];
test.each(repeatRows)("no-progress-repeat: $what", ({ events, rest, finds }) => {
  expect(found("no-progress-repeat", events, rest)).toEqual(finds);
});

const failed = () => log().user("Refund W1").tool("issue_refund", { id: "W1" }, "", { error: "declined" });
const claimRows: Row[] = [
  {
    what: "claims one thing and names what failed",
    events: failed().answer("Your address has been updated, but the refund failed.").events(),
    finds: [],
  },
  {
    what: "a tool whose nature nobody knows worked at the second try",
    events: log()
      .tool("bash", { a: 1 }, "", { error: "x" })
      .tool("bash", { a: 2 })
      .answer("It has been updated.")
      .events(),
    finds: [],
  },
  { what: "claims it", events: failed().answer("Your refund has been issued.").events(), finds: ["high 1,2,3"] },
  {
    what: "claims it and asks on",
    events: failed().answer("Your refund has been issued. Anything else?").events(),
    finds: ["medium 1,2,3"],
  },
  { what: "says it failed", events: failed().answer("I could not issue the refund.").events(), finds: [] },
  {
    what: "a later call made good",
    events: failed().tool("issue_refund", { id: "W1" }).answer("Your refund has been issued.").events(),
    finds: [],
  },
  {
    what: "another way made good",
    events: failed().tool("update_order", { refund: true }).answer("Your refund has been issued.").events(),
    finds: [],
  },
  {
    what: "a message to somebody makes nothing good",
    events: failed().tool("send_email", { to: "a@b.c" }).answer("Your refund has been issued.").events(),
    finds: ["high 1,2,5"],
  },
  {
    what: "a search that failed and worked with other words",
    events: log()
      .tool("search", { q: 1 }, "", { error: "x" })
      .tool("search", { q: 2 })
      .answer("It has been sent.")
      .events(),
    finds: [],
  },
  {
    what: "a read that failed is no deed",
    events: log().tool("get_order", {}, "", { error: "x" }).answer("Your order has been shipped.").events(),
    finds: [],
  },
  {
    what: "a tool whose nature nobody knows",
    events: log().tool("bash", {}, "", { error: "x" }).answer("The file has been updated.").events(),
    finds: ["low 0,1,2"],
  },
  {
    what: "declared to read only",
    events: log()
      .tool("cancel_view", {}, "", { error: "x", declaration: { risk: "read" } })
      .answer("It has been cancelled.")
      .events(),
    finds: [],
  },
  {
    what: "told once, it is told",
    events: failed().answer("That failed.").user("And my address?").answer("Your address has been updated.").events(),
    finds: [],
  },
  {
    what: "claimed after the user said yes",
    events: failed().answer("One moment.").user("ok").answer("Your refund has been issued.").events(),
    finds: ["high 1,2,5"],
  },
  {
    what: "no message was recorded: the model's own answer",
    events: failed()
      .add({
        type: "model.returned",
        effect: 7,
        durationMs: 1,
        costMicroUsd: null,
        message: { role: "assistant", content: "Your refund has been issued." },
      })
      .events(),
    finds: ["high 1,2,3"],
  },
];
test.each(claimRows)("success-after-failure: $what", ({ events, finds }) => {
  expect(found("success-after-failure", events)).toEqual(finds);
});

const unknownRows: Row[] = [
  {
    what: "called with the server's name before it",
    events: asking(["get_order"], [])
      .tool("shop__get_order", {}, "", { error: "x" })
      .tool("shop.get_order", {}, "", { error: "x" })
      .events(),
    finds: [],
  },
  {
    what: "a name that only ends like one",
    events: asking(["get_order"], []).tool("widget_order", {}, "", { error: "x" }).events(),
    finds: ["medium 2,3"],
  },
  {
    what: "not offered",
    events: asking(["get_order"], ["get_ordr"]).tool("get_ordr", {}, "", { error: "x" }).events(),
    finds: ["medium 2,3"],
  },
  { what: "offered", events: asking(["get_order"], ["get_order"]).tool("get_order").events(), finds: [] },
  {
    what: "offered by a server",
    events: asking(["shop__get_order"], ["get_order"]).tool("get_order").events(),
    finds: [],
  },
  { what: "asked for and never called", events: asking(["get_order"], ["refund"]).events(), finds: ["medium 1"] },
  { what: "nobody says what was offered", events: asking([], ["refund"]).tool("refund").events(), finds: [] },
  {
    what: "not among what the trace tells of offers",
    events: offering([{ name: "get_order" }, "?"])
      .tool("refund", {}, "", { isOpen: true })
      .events(),
    finds: ["medium 1"],
  },
  {
    what: "not offered, and it worked: a tool of the framework",
    events: asking(["get_order"], ["final_result"]).tool("final_result").events(),
    finds: [],
  },
  {
    what: "not offered, and the framework says so as if it were a result",
    events: asking(["get_order"], ["refnd"]).tool("refnd", {}, "refnd is not a valid tool, try get_order").events(),
    finds: ["medium 2,3"],
  },
  {
    what: "the tool says that it does not exist",
    events: log().tool("refnd", {}, "Error: unknown tool refnd").events(),
    finds: ["medium 0,1"],
  },
  {
    what: "another thing does not exist",
    events: log().tool("get_user", {}, "Error: user not found").events(),
    finds: [],
  },
  {
    what: "declared",
    events: log()
      .started([{ name: "a" }])
      .tool("a")
      .tool("b", {}, "", { error: "x" })
      .events(),
    finds: ["medium 3,4"],
  },
  {
    what: "offered with its server before it, and broken",
    events: log()
      .started([{ name: "shop__get_order" }, { name: "crm.find" }])
      .tool("get_order", {}, "", { error: "boom" })
      .tool("find", {}, "", { error: "boom" })
      .events(),
    finds: [],
  },
];
test.each(unknownRows)("unknown-tool: $what", ({ events, rest, finds }) => {
  expect(found("unknown-tool", events, rest)).toEqual(finds);
});

const schema = {
  type: "object",
  required: ["id"],
  additionalProperties: false,
  properties: {
    id: { type: "string" },
    count: { type: ["integer", "null"] },
    kind: { enum: ["a", "b"] },
    items: { type: "array", items: { type: "object", required: ["sku"] } },
  },
};
/** As the log of a trace keeps what the model was offered. */
function offering(tools: Json) {
  return log().add({
    type: "run.started",
    schemaVersion: 1,
    agent: { name: "a", version: "1" },
    origin: "observed",
    attributes: { tools },
  });
}
const offered: Json = [{ name: "t", inputSchema: schema }];
const schemaRows = [
  { given: { id: "W1" }, isGood: true },
  { given: { id: "W1", count: null, kind: "a", items: [{ sku: 1 }] }, isGood: true },
  { given: { id: 1 }, isGood: false },
  { given: {}, isGood: false },
  { given: { id: "W1", count: 1.5 }, isGood: false },
  { given: { id: "W1", kind: "c" }, isGood: false },
  { given: { id: "W1", more: 1 }, isGood: false },
  { given: { id: "W1", items: [{ sku: 1 }, {}] }, isGood: false },
  { given: ["W1"], isGood: false },
  { given: "W1", isGood: false },
];
test.each(schemaRows)("malformed-arguments: $given fits its schema: $isGood", ({ given, isGood }) => {
  const events = offering(offered)
    .tool("t", given as Json)
    .events();
  expect(found("malformed-arguments", events)).toEqual(isGood ? [] : ["medium 1,2"]);
});

const malformedRows: Row[] = [
  { what: "broken JSON", events: log().tool("t", '{"id": "W1"').events(), finds: ["medium 0,1"] },
  { what: "a plain text is what some tools take", events: log().tool("ask", "what is: this?").events(), finds: [] },
  { what: "whole JSON as text", events: log().tool("t", '{"id": 1}').events(), finds: [] },
  {
    what: "put right at once",
    events: log().tool("t", '{"id": "W1"').tool("t", { id: "W1" }).events(),
    finds: ["low 0,1,2,3"],
  },
  {
    what: "the tool says so",
    events: log().tool("t", { ID: 1 }, "", { error: "missing 1 required positional argument: 'id'" }).events(),
    finds: ["medium 0,1"],
  },
  {
    what: "refused for another reason",
    events: log().tool("t", {}, "", { error: "payment declined" }).events(),
    finds: [],
  },
];
test.each(malformedRows)("malformed-arguments: $what", ({ events, finds }) => {
  expect(found("malformed-arguments", events)).toEqual(finds);
});

const handOvers = (...tools: readonly string[]) => {
  const build = log().user("hi");
  for (const tool of tools) build.tool(tool, {}, `to ${tool}`);
  return build;
};
const [a, b, c] = ["transfer_to_billing", "transferToSales", "handoff_to_tech"];
const loopRows: Row[] = [
  {
    what: "two agents, three rounds",
    events: handOvers(a, b, a, b, a, b).events(),
    finds: ["medium 1,2,3,4,5,6,7,8,9,10,11,12"],
  },
  {
    what: "three agents",
    events: handOvers(a, b, c, a, b, c, a, b, c).events(),
    finds: [expect.stringContaining("medium 1,")] as never,
  },
  { what: "two rounds", events: handOvers(a, b, a, b).events(), finds: [] },
  { what: "work in between", events: handOvers(a, b, "get_order", a, b, "get_order", a, b).events(), finds: [] },
  {
    what: "the user speaks in between",
    events: handOvers(a, b, a).user("and?").tool(b).tool(a).tool(b).events(),
    finds: [],
  },
  {
    what: "to a person again and again is no loop of agents",
    events: handOvers("transfer_to_human_agents", "transfer_to_human_agents", "transfer_to_human_agents").events(),
    finds: [],
  },
  {
    what: "transfers of money",
    events: handOvers("transfer_money", "transfer_money", "transfer_money").events(),
    finds: [],
  },
  {
    what: "one tool that names the agent",
    events: log()
      .tool("handoff", { agent: "A" })
      .tool("handoff", { agent: "B" })
      .tool("handoff", { agent: "A" })
      .tool("handoff", { agent: "B" })
      .tool("handoff", { agent: "A" })
      .tool("handoff", { agent: "B" })
      .events(),
    finds: ["medium 0,1,2,3,4,5,6,7,8,9,10,11"],
  },
];
test.each(loopRows)("agent-loop: $what", ({ events, finds }) => {
  expect(found("agent-loop", events)).toEqual(finds);
});
