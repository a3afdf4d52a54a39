import { expect, test } from "vitest";
import { fixedClock } from "../kernel/index.ts";
import type { Message, NewEvent, ToolRequest } from "../domain/index.ts";
import { recordModelTraffic, type SeenModelCall } from "./model-traffic.ts";

// Conversations of several turns, as the prompts of agents that nobody asked anything show them.

function open(options: { readonly logsTalk?: boolean } = {}) {
  const events: NewEvent[] = [];
  const append = (event: NewEvent) => void events.push(event);
  const record = recordModelTraffic({ append, clock: fixedClock(0), costOf: () => null, ...options });
  return { events, record };
}

const user = (content: string): Message => ({ role: "user", content });
const system = (content: string): Message => ({ role: "system", content });
const get = (callId: string, id = 1): ToolRequest => ({ callId, tool: "get", arguments: { id } });
const asks = (...toolRequests: ToolRequest[]): Message => ({ role: "assistant", content: "", toolRequests });
const says = (content: string): Message => ({ role: "assistant", content });
const gives = (callId: string, result: string): Message => ({ role: "tool", callId, tool: "get", result });

/** A call that is answered with a text, or with requests. */
function call(messages: readonly Message[], ...answer: readonly (string | ToolRequest)[]): SeenModelCall {
  const toolRequests = answer.filter((each) => typeof each !== "string");
  const content = answer.filter((each) => typeof each === "string").join("");
  const message = { role: "assistant" as const, content, ...(toolRequests.length > 0 && { toolRequests }) };
  const finishReason = toolRequests.length > 0 ? "tool-calls" : "stop";
  return {
    provider: "p",
    model: "m",
    messages,
    toolNames: ["get"],
    durationMs: 1,
    answer: { message, finishReason, usage: {} },
  };
}

/** Each call of a tool with what came back: `1: id 7 -> ok`. */
function toolsOf(events: readonly NewEvent[]): string[] {
  return events.flatMap((event) => {
    if (event.type !== "tool.called") return [];
    const returned = events.filter((each) => each.type === "tool.returned" && each.effect === event.effect);
    const results = returned.map((each) => (each.type === "tool.returned" ? (each.error?.message ?? each.result) : ""));
    return `${event.callId} ${JSON.stringify(event.arguments)} -> ${results.join(" and ") || "open"}`;
  });
}

test.each<{ what: string; calls: SeenModelCall[]; tools: string[] }>([
  {
    what: "calls at once, their results out of order",
    calls: [
      call([user("q")], get("a", 1), get("b", 2)),
      call([user("q"), asks(get("a", 1), get("b", 2)), gives("b", "two"), gives("a", "one")], "done"),
    ],
    tools: ['a {"id":1} -> one', 'b {"id":2} -> two'],
  },
  {
    what: "the same call at once, under one id",
    calls: [
      call([user("q")], get("a"), get("a")),
      call([user("q"), asks(get("a"), get("a")), gives("a", "one"), gives("a", "two")], "done"),
    ],
    tools: ['a {"id":1} -> one', 'a {"id":1} -> two'],
  },
  {
    what: "the same call again, with a message of the user between",
    calls: [
      call([user("q")], get("a")),
      call([user("q"), asks(get("a")), gives("a", "one")], "done"),
      call([user("q"), asks(get("a")), gives("a", "one"), says("done"), user("again")], get("b")),
      call(
        [user("q"), asks(get("a")), gives("a", "one"), says("done"), user("again"), asks(get("b")), gives("b", "two")],
        "done",
      ),
    ],
    tools: ['a {"id":1} -> one', 'b {"id":1} -> two'],
  },
  {
    what: "ids counted anew in every answer, under instructions that change",
    calls: [
      call([system("09:00"), user("q")], get("call_0", 1)),
      call([system("09:01"), user("q"), asks(get("call_0", 1)), gives("call_0", "one")], get("call_0", 2)),
      call(
        [
          system("09:02"),
          user("q"),
          asks(get("call_0", 1)),
          gives("call_0", "one"),
          asks(get("call_0", 2)),
          gives("call_0", "two"),
        ],
        "done",
      ),
    ],
    tools: ['call_0 {"id":1} -> one', 'call_0 {"id":2} -> two'],
  },
  {
    what: "old messages dropped from the front",
    calls: [
      call([user("q"), asks(get("a")), gives("a", "zero"), user("r")], get("a", 2)),
      call([user("r"), asks(get("a", 2)), gives("a", "two")], "done"),
    ],
    tools: ['a {"id":2} -> two'],
  },
  {
    what: "two conversations at once that share their ids",
    calls: [
      call([system("A"), user("q")], get("a", 1)),
      call([system("B"), user("q")], get("a", 2)),
      call([system("B"), user("q"), asks(get("a", 2)), gives("a", "of B")], "done"),
      call([system("A"), user("q"), asks(get("a", 1)), gives("a", "of A")], "done"),
    ],
    tools: ['a {"id":1} -> of A', 'a {"id":2} -> of B'],
  },
  {
    what: "a prompt sent once more by a client that got no answer in time",
    calls: [
      call([user("q")], get("a"), get("b")),
      call([user("q")], get("a"), get("b")),
      call([user("q"), asks(get("a"), get("b")), gives("a", "one"), gives("b", "two")], "done"),
    ],
    tools: ['a {"id":1} -> one', 'b {"id":1} -> two'],
  },
  {
    what: "an answer that broke off: its calls count when their results show that they were made",
    calls: [
      { ...call([user("q")], get("a"), get("b")), error: { name: "model.unavailable", message: "broke off" } },
      call([user("q"), asks(get("a")), gives("a", "one")], "done"),
    ],
    tools: ['a {"id":1} -> one'],
  },
  {
    what: "a result that is told to be an error",
    calls: [
      call([user("q")], get("a")),
      call([user("q"), asks(get("a")), { ...gives("a", "gone"), isError: true } as Message], "done"),
    ],
    tools: ['a {"id":1} -> gone'],
  },
])("$what", async ({ calls, tools }) => {
  const { events, record } = open();
  for (const each of calls) await record(each);
  expect(toolsOf(events)).toEqual(tools);
});

test("a result that is told to be an error is one in the log; an answer that broke off keeps both", async () => {
  const { events, record } = open();
  const error = { name: "model.unavailable", message: "broke off" };
  await record({ ...call([user("q")], "I was go"), error });
  await record(call([user("q")], get("a")));
  const failed = { role: "tool", callId: "a", tool: "get", result: { why: "gone" }, isError: true } as const;
  await record(call([user("q"), asks(get("a")), failed], "done"));
  expect(events.find(({ type }) => type === "model.returned")).toMatchObject({
    message: { content: "I was go" },
    error,
  });
  const returned = events.find(({ type }) => type === "tool.returned");
  expect(returned).toMatchObject({ error: { name: "Error", message: '{"why":"gone"}' } });
  expect(returned).not.toHaveProperty("result");
});

const talkOf = (events: readonly NewEvent[]) =>
  events.flatMap((event) => {
    if (event.type === "message.received") return [`> ${event.content}`];
    return event.type === "message.sent" ? [`< ${event.content}`] : [];
  });

test.each<{ what: string; calls: SeenModelCall[]; talk: string[] }>([
  {
    what: "two turns with a tool between",
    calls: [
      call([system("S"), user("q")], "I look.", get("a")),
      call([system("S"), user("q"), asks(get("a")), gives("a", "one")], "one"),
      call([system("S"), user("q"), asks(get("a")), gives("a", "one"), says("one"), user("and?")], "two"),
    ],
    talk: ["> q", "< one", "> and?", "< two"],
  },
  {
    what: "old messages dropped, and the user says the same again",
    calls: [
      call([user("q"), says("a"), user("on"), says("b"), user("on")], "c"),
      call([user("on"), says("b"), user("on"), says("c"), user("on")], "d"),
    ],
    talk: ["> q", "> on", "> on", "< c", "> on", "< d"],
  },
  {
    what: "an agent that sends only what is new",
    calls: [call([system("S"), user("q")], "one"), call([system("S"), user("r")], "two")],
    talk: ["> q", "< one", "> r", "< two"],
  },
  {
    what: "a model that the agent asks for itself",
    calls: [
      call([system("S"), user("q")], get("a")),
      call([system("You sum up."), user("a long text")], "short"),
      call([system("S"), user("q"), asks(get("a")), gives("a", "short")], "one"),
    ],
    talk: ["> q", "< one"],
  },
  {
    what: "an answer that broke off, then the same prompt",
    calls: [{ ...call([user("q")], "on"), error: { name: "E", message: "cut" } }, call([user("q")], "one")],
    talk: ["> q", "< one"],
  },
])("what was said is logged where it is asked for: $what", async ({ calls, talk }) => {
  const { events, record } = open({ logsTalk: true });
  const silent = open();
  for (const each of calls) {
    await record(each);
    await silent.record(each);
  }
  expect(talkOf(events)).toEqual(talk);
  expect(talkOf(silent.events)).toEqual([]);
  // Before the model is asked about it, and after it has answered.
  expect(events.filter(({ type }) => !type.startsWith("message."))).toEqual(silent.events);
  expect(events[0]?.type).toBe("message.received");
  expect(events.at(-1)?.type).toBe("message.sent");
});
