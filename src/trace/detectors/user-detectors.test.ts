import { expect, test } from "vitest";
import { log } from "../../check/log-builder.test-kit.ts";
import type { Feedback, RunEvent } from "../../domain/index.ts";
import { found } from "./detector.test-kit.ts";
import type { DetectedRun } from "./scene.ts";

interface Row {
  readonly what: string;
  readonly events: readonly RunEvent[];
  readonly rest?: Omit<DetectedRun, "events">;
  readonly finds: readonly string[];
}

const NO = "I'm sorry, that failed.";
const abandonedRows: Row[] = [
  {
    what: "it failed twice and worked in the end",
    events: log().user("Do it").answer(NO).user("Again").answer(NO).user("Again").answer("It has been sent.").events(),
    finds: [],
  },
  { what: "no answer so far", events: log().user("Where is it?").events(), finds: ["low 0"] },
  { what: "no answer", events: log().user("Where is it?").ended().events(), finds: ["medium 0,1"] },
  {
    what: "no answer to the last one",
    events: log().user("Hi").answer("Hello.").user("Where is it?").ended("failed").events(),
    finds: ["medium 2,3"],
  },
  {
    what: "a call, and nothing after it",
    events: log().user("Where is it?").tool("get").ended("timeout").events(),
    finds: ["medium 0,1,2,3"],
  },
  { what: "answered", events: log().user("Where is it?").answer("Here.").events(), finds: [] },
  { what: "thanked", events: log().user("Where is it?").answer("Here.").user("Thank you!").events(), finds: [] },
  {
    what: "a program that stops",
    events: log().user("?").answer("Here.").user("I see how it is. ###STOP###").events(),
    finds: [],
  },
  {
    what: "thanked, and asked on",
    events: log().user("?").answer("Here.").user("Thanks! And when does it come?").events(),
    finds: ["low 2"],
  },
  { what: "handed over", events: log().user("Where is it?").tool("transfer_to_human_agents").events(), finds: [] },
  {
    what: "cancelled",
    events: log().user("?").add({ type: "run.ended", outcome: "cancelled", durationMs: 1 }).events(),
    finds: [],
  },
  {
    what: "told twice that it failed",
    events: log().user("Do it").answer(NO).user("Try once more").answer(NO).events(),
    finds: ["low 1,3"],
  },
  { what: "told once that it failed", events: log().user("Do it").answer(NO).events(), finds: [] },
  {
    what: "it worked in the end",
    events: log().user("Do it").answer(NO).user("Again").answer("It has been sent.").events(),
    finds: [],
  },
];
test.each(abandonedRows)("abandoned: $what", ({ events, finds }) => {
  expect(found("abandoned", events)).toEqual(finds);
});

const outcome = (score: number, kind: Feedback["kind"] = "outcome"): Feedback => ({
  id: "fb" as never,
  runId: "r" as never,
  atMs: 1,
  kind,
  name: "ticket.reopened",
  score,
  by: "desk",
});
const asked = log().user("Please cancel order W7 and refund the card").answer("Done.").events();
const reopenedRows: Row[] = [
  { what: "a bad outcome", events: asked, rest: { feedback: [outcome(0)] }, finds: ["high 1"] },
  { what: "a good outcome", events: asked, rest: { feedback: [outcome(1)] }, finds: [] },
  { what: "a bad rating is no outcome", events: asked, rest: { feedback: [outcome(0, "rating")] }, finds: [] },
  {
    what: "asked again later",
    events: asked,
    rest: { laterRequests: ["Hello, cancel order W7 and refund my card!"] },
    finds: ["medium 0,1"],
  },
  {
    what: "asked something else later",
    events: asked,
    rest: { laterRequests: ["Please send order W9 to my new address"] },
    finds: [],
  },
  {
    what: "too short to tell",
    events: log().user("Hi there").answer("Hello.").events(),
    rest: { laterRequests: ["Hi there"] },
    finds: [],
  },
];
test.each(reopenedRows)("reopened: $what", ({ events, rest, finds }) => {
  expect(found("reopened", events, rest)).toEqual(finds);
});

const frustrationRows: Row[] = [
  {
    what: "two complaints",
    events: log().user("This is ridiculous.").answer("?").user("A waste of my time.").events(),
    finds: ["low 0,2"],
  },
  { what: "one complaint", events: log().user("This is ridiculous.").answer("?").user("ok").events(), finds: [] },
  {
    what: "an insult and a complaint",
    events: log().user("You are useless, this is unacceptable").events(),
    finds: ["medium 0"],
  },
  {
    what: "shouts twice",
    events: log().user("WHERE IS MY ORDER").user("ANSWER ME NOW PLEASE").events(),
    finds: ["low 0,1"],
  },
  {
    what: "codes are no shouting",
    events: log().user("Order ABC DEF for SKU GHI please").user("And ABC DEF GHI as well, thanks").events(),
    finds: [],
  },
  {
    what: "asks the same three times",
    events: log()
      .user("Cancel order W7 and refund my card")
      .user("Please cancel order W7 and refund my card")
      .user("cancel order W7, refund my card!")
      .events(),
    finds: ["low 1,2"],
  },
  {
    what: "asks for a person, again",
    events: log().user("Let me speak to a human").user("I am asking again for a person").events(),
    finds: ["low 0,1"],
  },
  {
    what: "polite",
    events: log().user("Could you check again when it comes?").user("Great, that is helpful. Thanks!").events(),
    finds: [],
  },
];
test.each(frustrationRows)("user-frustration: $what", ({ events, finds }) => {
  expect(found("user-frustration", events)).toEqual(finds);
});
