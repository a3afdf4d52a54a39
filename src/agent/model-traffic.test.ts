import { expect, test } from "vitest";
import { fixedClock } from "../kernel/index.ts";
import type { Message, NewEvent, ToolRequest } from "../domain/index.ts";
import { recordModelTraffic, type SeenModelCall } from "./model-traffic.ts";

function open() {
  const events: NewEvent[] = [];
  const clock = fixedClock(1_000);
  const append = (event: NewEvent) => void events.push(event);
  const record = recordModelTraffic({ append, clock, costOf: ({ usage }) => usage.inputTokens ?? null });
  return { events, clock, record };
}

const seen = (messages: readonly Message[], requests: readonly ToolRequest[] = [], content = ""): SeenModelCall => ({
  provider: "p",
  model: "m",
  messages,
  toolNames: ["orders_get"],
  durationMs: 5,
  answer: {
    message: { role: "assistant", content, ...(requests.length > 0 && { toolRequests: requests }) },
    finishReason: "stop",
    usage: { inputTokens: 3, outputTokens: 1 },
  },
});

const user: Message = { role: "user", content: "where is order 7?" };
const request = (callId: string, tool = "orders_get"): ToolRequest => ({ callId, tool, arguments: { id: callId } });
const asked = (...requests: ToolRequest[]): Message => ({ role: "assistant", content: "", toolRequests: requests });
const result = (callId: string, value: string): Message => ({
  role: "tool",
  callId,
  tool: "orders_get",
  result: value,
});

test("a request in an answer is a call, the tool message in the next prompt its return", async () => {
  const { events, clock, record } = open();
  await record(seen([user], [request("a"), request("b")]));
  clock.advance(40);
  const next = [user, asked(request("a"), request("b")), result("b", '{"total": 5}'), result("a", "not found")];
  await record(seen(next, [], "done"));
  const before = "model.called model.returned tool.called tool.called";
  const after = "tool.returned tool.returned model.called model.returned";
  expect(events.map(({ type }) => type).join(" ")).toBe(`${before} ${after}`);
  expect(events.every(({ witness }) => witness === "edge")).toBe(true);
  const [, , first, second, returnedSecond, returnedFirst, called, answered] = events;
  expect(first).toMatchObject({ callId: "a", tool: "orders_get", arguments: { id: "a" }, effect: 1 });
  expect(returnedSecond).toMatchObject({ callId: "b", effect: 2, durationMs: 40, result: { total: 5 } });
  expect(returnedFirst).toMatchObject({ callId: "a", effect: 1, result: "not found" });
  expect(second).toMatchObject({ callId: "b", effect: 2 });
  expect(called).toMatchObject({ keptCount: 1, added: next.slice(1), toolNames: ["orders_get"], effect: 3 });
  expect(answered).toMatchObject({ message: { content: "done" }, costMicroUsd: 3, durationMs: 5, effect: 3 });
});

test("calls that share an id are answered in order; old tool messages are not counted again", async () => {
  const { events, record } = open();
  await record(seen([user], [request("same")]));
  const second = [user, asked(request("same")), result("same", "one")];
  await record(seen(second, [request("same")]));
  await record(seen([...second, asked(request("same")), result("same", "two")]));
  const returned = events.filter((event) => event.type === "tool.returned");
  expect(returned).toMatchObject([
    { result: "one", effect: 1 },
    { result: "two", effect: 3 },
  ]);
});

test.each([
  { text: '{"a":1}', value: { a: 1 } },
  { text: " [1, 2]", value: [1, 2] },
  { text: "5", value: "5" },
  { text: "null", value: "null" },
  { text: "{half", value: "{half" },
])("a tool message $text is read as $value", async ({ text, value }) => {
  const { events, record } = open();
  await record(seen([user], [request("a")]));
  await record(seen([user, asked(request("a")), result("a", text)]));
  expect(events.find((event) => event.type === "tool.returned")).toMatchObject({ result: value });
});

test("a failed call is logged with its error and no cost, a result nobody asked for is left", async () => {
  const { events, record } = open();
  const { answer: _answer, ...unanswered } = seen([user, result("stranger", "x")]);
  await record({ ...unanswered, error: { name: "model.unavailable", message: "down", status: 503 } });
  await record(unanswered);
  expect(events.filter((event) => event.type === "model.returned")).toMatchObject([
    { costMicroUsd: null, error: { name: "model.unavailable", status: 503 } },
    { costMicroUsd: null, error: { message: "no answer" } },
  ]);
  expect(events.some((event) => event.type === "tool.returned")).toBe(false);
});

/** The prompts of a log, put together again from their differences. */
function promptsOf(events: readonly NewEvent[]): (readonly Message[])[] {
  let prompt: readonly Message[] = [];
  return events.flatMap((event) => {
    if (event.type !== "model.called") return [];
    prompt = [...prompt.slice(0, event.keptCount), ...event.added];
    return [prompt];
  });
}

test("calls recorded at the same time stand one after the other, each prompt whole", async () => {
  const { events, record } = open();
  const prompts: Message[][] = [
    [user, { role: "user", content: "and" }, { role: "user", content: "more" }],
    [{ role: "system", content: "another agent" }, user],
    [user, { role: "user", content: "and" }, { role: "user", content: "less" }],
    [{ role: "system", content: "another agent" }, user, { role: "user", content: "on" }],
  ];
  await Promise.all(prompts.map((prompt) => record(seen(prompt, [request("a")]))));
  expect(promptsOf(events)).toEqual(prompts);
  const order = events.map(({ type }) => type).join(" ");
  expect(order).toBe(Array.from({ length: 4 }, () => "model.called model.returned tool.called").join(" "));
});

test("an append that fails is told to its caller, and the next call is recorded", async () => {
  const events: NewEvent[] = [];
  let failures = 1;
  const append = (event: NewEvent) => {
    if (failures-- > 0) throw new Error("disk full");
    events.push(event);
  };
  const record = recordModelTraffic({ append, clock: fixedClock(0), costOf: () => null });
  const [first, second] = await Promise.allSettled([record(seen([user])), record(seen([user]))]);
  expect([first.status, second.status]).toEqual(["rejected", "fulfilled"]);
  expect(events.map(({ type }) => type)).toEqual(["model.called", "model.returned"]);
});
