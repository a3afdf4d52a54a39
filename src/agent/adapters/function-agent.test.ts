import { expect, test } from "vitest";
import { openFunctionSession } from "./function-agent.ts";
import { converse, openContext } from "./open-context.test-kit.ts";

const signal = new AbortController().signal;

test.each([
  { output: "plain", answer: { text: "plain" } },
  { output: { answer: "said", more: 1 }, answer: { text: "said", data: { answer: "said", more: 1 } } },
  { output: { answer: 5 }, answer: { text: '{"answer":5}', data: { answer: 5 } } },
  { output: [1, "two"], answer: { text: '[1,"two"]', data: [1, "two"] } },
  { output: 7, answer: { text: "7", data: 7 } },
  { output: undefined, answer: { text: "null", data: null } },
  { output: new Date(0), answer: { text: '"1970-01-01T00:00:00.000Z"', data: "1970-01-01T00:00:00.000Z" } },
  { output: "", answer: { text: "" } },
])("a function that returns $output answers $answer", async ({ output, answer }) => {
  const session = openFunctionSession(async () => output, openContext().context);
  expect(await session.send({ message: "hi", input: "hi", signal })).toEqual(answer);
});

test("each turn sees the conversation so far, which it cannot change for the next one", async () => {
  const { context } = openContext();
  const seen: string[] = [];
  const session = openFunctionSession(({ messages, message, context: given }) => {
    seen.push(messages.map(({ role }) => role).join(" "));
    (messages as unknown[]).length = 0;
    given.state["turns"] = seen.length;
    return message.toUpperCase();
  }, context);
  expect(await converse(session, ["one", "two", "three"])).toEqual(["ONE", "TWO", "THREE"]);
  expect(seen).toEqual(["user", "user assistant user", "user assistant user assistant user"]);
  expect(context.state).toEqual({ turns: 3 });
});

test("structured input and the signal reach it; what it throws comes out as it is", async () => {
  const thrown = new RangeError("boom");
  const session = openFunctionSession(({ input, signal: given }) => {
    expect(given).toBe(signal);
    if (input === null) throw thrown;
    return { got: input };
  }, openContext().context);
  expect(await session.send({ message: "{}", input: { id: 1 }, signal })).toMatchObject({ data: { got: { id: 1 } } });
  await expect(session.send({ message: "null", input: null, signal })).rejects.toBe(thrown);
});
