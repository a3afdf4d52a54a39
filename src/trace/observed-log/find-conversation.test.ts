import { expect, test } from "vitest";
import type { Json } from "../../kernel/index.ts";
import { conversation } from "../../log/index.ts";
import { buildObservedLog } from "./build-observed-log.ts";
import { answer, ask, gives, model, span, story, text, tool, user } from "./log-story.test-kit.ts";

test.each<[string, Json, Json]>([
  ["texts", "Refund W1", "Done."],
  ["a function's arguments and answer", { args: ["Refund W1"], kwargs: {} }, { answer: "Done." }],
  [
    "named arguments and an answer beside its steps",
    { kwargs: { question: "Refund W1" } },
    { output: "Done.", steps: [] },
  ],
  [
    "requests and states",
    { messages: [["human", "Refund W1"]] },
    {
      messages: [
        { type: "human", content: "Refund W1" },
        { type: "ai", content: "Done." },
      ],
    },
  ],
])("a root that tells %s tells what was asked and answered", (_what, asked, said) => {
  const { events } = buildObservedLog([
    span([0, 10], {
      "traceloop.span.kind": "workflow",
      "traceloop.entity.input": JSON.stringify(asked),
      "traceloop.entity.output": JSON.stringify(said),
    }),
  ]);
  expect(story(events)).toEqual(["run.started", "user: Refund W1", "sent: Done.", "ended answered"]);
});

test("what a function returned is kept as the value it is", () => {
  const { events } = buildObservedLog([
    span([0, 10], { "openinference.span.kind": "CHAIN", "output.value": '{"a":1,"b":2}' }),
  ]);
  expect(events.find((event) => event.type === "message.sent")).toMatchObject({
    content: '{"a":1,"b":2}',
    data: { a: 1, b: 2 },
  });
});

test("the user's later words are received before the call that heard them", () => {
  const more = text("user", "And W2");
  const { events } = buildObservedLog([
    span([0, 10], model([user], answer)),
    span([20, 30], model([user, answer, more], text("assistant", "Also done."))),
  ]);
  expect(story(events)).toEqual([
    "run.started",
    "user: Refund W1",
    "model 0 of 0+1",
    "model 0: Done.",
    "sent: Done.",
    "user: And W2",
    "model 1 of 1+2",
    "model 1: Also done.",
    "sent: Also done.",
    "ended answered",
  ]);
  expect(conversation(events).map((message) => "content" in message && message.content)).toEqual([
    "Refund W1",
    "Done.",
    "And W2",
    "Also done.",
  ]);
});

test("a sub-agent's prompts are nobody's words to the user", () => {
  const { events } = buildObservedLog([
    span([0, 10], model([user], ask)),
    span([10, 40], tool("refund", { "gen_ai.tool.call.id": "c1", "gen_ai.tool.call.result": '"ok"' }), {
      spanId: "a".repeat(16),
    }),
    span([11, 30], model([text("user", "You are the refund agent. Do W1.")], text("assistant", "ok")), {
      parentSpanId: "a".repeat(16),
    }),
    span([40, 50], model([user, ask, gives("c1", "ok")], answer)),
  ]);
  expect(story(events).filter((line) => /^(user|sent)/.test(line))).toEqual(["user: Refund W1", "sent: Done."]);
});
