import { expect, test } from "vitest";
import { measureTrial } from "../../log/index.ts";
import { numbered, ofType, onlyLog, outline, readText, readValue } from "./recording.test-kit.ts";

// Made after the types of inspect_ai 0.3.2xx (EvalLog version 2), and shaped like logs in its own tests.
const head = {
  version: 2,
  status: "success",
  eval: {
    eval_id: "e1",
    run_id: "r1",
    created: "2026-07-05T09:59:40+00:00",
    task: "refunds",
    task_id: "t1",
    task_version: 0,
    dataset: { name: "refunds", samples: 1, sample_ids: [7], shuffled: false },
    model: "openai/gpt-x",
    solver: "react",
    config: { epochs: 2 },
    revision: { type: "git", origin: "o", commit: "abc1234" },
    packages: { inspect_ai: "0.3.200" },
  },
  plan: { name: "plan", steps: [{ solver: "react", params: {} }], config: {} },
  results: { total_samples: 1, completed_samples: 1, scores: [] },
  stats: { started_at: "2026-07-05T09:59:40+00:00", completed_at: "2026-07-05T09:59:50+00:00", model_usage: {} },
};

const hash = "dfedc191e05d9d04e0c236656454a610";

const sample = {
  id: 7,
  epoch: 2,
  uuid: "8rN5WC55fErMswTifp3eVJ",
  input: "Refund order 5",
  target: "yes",
  messages: [
    { id: "m0", role: "system", content: "Be kind." },
    { id: "m1", role: "user", content: `attachment://${hash}`, source: "input" },
    {
      id: "m2",
      role: "assistant",
      source: "generate",
      model: "gpt-x-1",
      content: [
        { type: "reasoning", reasoning: "look first" },
        { type: "text", text: "Let me look." },
      ],
      tool_calls: [
        { id: "c1", function: "lookup", arguments: { order: 5 }, type: "function" },
        { id: "c2", function: "refund", arguments: { order: 5 }, type: "function" },
      ],
    },
    {
      id: "m4",
      role: "tool",
      content: "",
      tool_call_id: "c2",
      function: "refund",
      error: { type: "timeout", message: "too slow" },
    },
    { id: "m3", role: "tool", content: "order 5: 10 EUR", tool_call_id: "c1", function: "lookup" },
    { id: "m5", role: "assistant", source: "generate", model: "gpt-x-1", content: "Done." },
  ],
  output: { model: "gpt-x-1", choices: [], completion: "Done." },
  scores: {
    match: { value: "C", answer: "Done.", explanation: "as expected" },
    tone: { value: { kind: 0.5, brief: true } },
    length: { value: 120 },
  },
  metadata: { level: "easy" },
  events: [
    { event: "span_begin", timestamp: "2026-07-05T09:59:41.000000+00:00", id: "s", name: "init" },
    {
      event: "model",
      timestamp: "2026-07-05T09:59:42+00:00",
      completed: "2026-07-05T09:59:43.500+00:00",
      model: "openai/gpt-x",
      tools: [{ name: "lookup" }, { name: "refund" }],
      output: {
        model: "gpt-x-1",
        choices: [{ message: { id: "m2", role: "assistant", content: "" }, stop_reason: "tool_calls" }],
        usage: { input_tokens: 60, output_tokens: 3, total_tokens: 63, input_tokens_cache_read: 20, total_cost: 0.001 },
      },
    },
    {
      event: "tool",
      id: "c1",
      function: "lookup",
      timestamp: "2026-07-05T09:59:43.6+00:00",
      completed: "2026-07-05T09:59:44+00:00",
    },
    {
      event: "tool",
      id: "c2",
      function: "refund",
      timestamp: "2026-07-05T09:59:43.6+00:00",
      completed: "2026-07-05T09:59:46+00:00",
    },
    {
      event: "model",
      timestamp: "2026-07-05T09:59:46.1+00:00",
      completed: "2026-07-05T09:59:47+00:00",
      output: {
        choices: [{ message: { id: "m5" } }],
        usage: { input_tokens: 90, output_tokens: 2, reasoning_tokens: 1 },
      },
    },
  ],
  model_usage: { "openai/gpt-x": { input_tokens: 150, output_tokens: 5, total_tokens: 155 } },
  total_time: 9.25,
  attachments: { [hash]: "Refund order 5" },
};

function inspectLog(samples: readonly unknown[]) {
  return { ...head, samples };
}

function changed(change: Record<string, unknown>) {
  return onlyLog(readValue(inspectLog([{ ...sample, ...change }])));
}

test("a sample is a log, with the times and tokens of its events", () => {
  const read = readValue(inspectLog([sample]));
  const log = onlyLog(read);
  const { events } = log;
  expect(read).toMatchObject({ format: "inspect", refused: [], unpairedResultCount: 0 });
  expect(log).toMatchObject({ externalId: `inspect:${sample.uuid}`, taskId: "7", success: { isPass: true, score: 1 } });
  expect(outline(events)).toEqual([
    "run.started",
    "system: Be kind.",
    "user: Refund order 5",
    "model openai/gpt-x < 2",
    "model > Let me look.",
    'lookup({"order":5})',
    '= "order 5: 10 EUR"',
    'refund({"order":5})',
    "! too slow",
    "model openai/gpt-x < 3",
    "model > Done.",
    "sent: Done.",
    "ended: answered",
  ]);
  const startMs = Date.UTC(2026, 6, 5, 9, 59, 41);
  expect(events.map(({ atMs }) => atMs - startMs)).toEqual([
    0, 0, 0, 1000, 2500, 2500, 3000, 3000, 5000, 5100, 6000, 6000, 9250,
  ]);
  expect(measureTrial(numbered(events))).toMatchObject({ inputTokens: 150, outputTokens: 5, durationMs: 9250 });
  expect(ofType(events, "model.returned").map(({ usage, costMicroUsd }) => [usage, costMicroUsd])).toEqual([
    [{ inputTokens: 60, outputTokens: 3, cachedInputTokens: 20 }, 1000],
    [{ inputTokens: 90, outputTokens: 2, reasoningTokens: 1 }, null],
  ]);
  expect(ofType(events, "model.returned")[0]?.message).toMatchObject({ reasoning: "look first" });
  expect(ofType(events, "model.called")[0]?.toolNames).toEqual(["lookup", "refund"]);
  expect(events[0]).toMatchObject({
    agent: { name: "react", version: "abc1234" },
    attributes: { task: "refunds", epoch: 2, target: "yes", metadata: { level: "easy" }, taskId: "7" },
  });
});

test("scores are verdicts; what is no share of success is none", () => {
  const { verdicts } = onlyLog(readValue(inspectLog([sample])));
  expect(verdicts.map(({ name, outcome, score, gates }) => [name, outcome, score, gates])).toEqual([
    ["success", "pass", 1, true],
    ["match", "pass", 1, false],
    ["tone.kind", "fail", 0.5, false],
    ["tone.brief", "pass", 1, false],
  ]);
});

test.each([
  { value: "I", success: { isPass: false, score: 0 } },
  { value: "P", success: { isPass: false, score: 0.5 } },
  { value: "N", success: { isPass: false, score: 0 } },
  { value: true, success: { isPass: true, score: 1 } },
  { value: 0.25, success: { isPass: false, score: 0.25 } },
  { value: 7, success: null },
  { value: "maybe", success: null },
  { value: "constructor", success: null },
])("a score of $value", ({ value, success }) => {
  expect(changed({ scores: { judge: { value } } }).success).toEqual(success);
});

test.each([
  { why: "an error", change: { error: { message: "boom", traceback: "" } }, says: "ended: failed (SampleError)" },
  { why: "a limit on time", change: { limit: { type: "time", limit: 60 } }, says: "ended: timeout (limit.time)" },
  {
    why: "a limit on messages",
    change: { limit: { type: "message", limit: 5 } },
    says: "ended: failed (limit.message)",
  },
])("a sample ended by $why", ({ change, says }) => {
  expect(outline(changed(change).events).at(-1)).toBe(says);
});

test("without ids of messages, model calls belong to answers in order", () => {
  const messages = sample.messages.map((message) => ({ ...message, id: null }));
  const events = sample.events.map((event) => ({
    ...event,
    ...(event.output && { output: { ...event.output, choices: [{}] } }),
  }));
  const usage = ofType(changed({ messages, events }).events, "model.returned").map((event) => event.usage?.inputTokens);
  expect(usage).toEqual([60, 90]);
  const named = ofType(changed({ events }).events, "model.returned").map((event) => event.usage?.inputTokens);
  expect(named).toEqual([60, 90]);
  const fewer = ofType(changed({ messages, events: events.slice(0, 2) }).events, "model.returned");
  expect(fewer.map((event) => event.usage)).toEqual([undefined, undefined]);
});

test("examples in the input are context", () => {
  const messages = [
    { role: "user", content: "1+1?", source: "input" },
    { role: "assistant", content: "2", source: "input" },
    { role: "user", content: "2+2?", source: "input" },
    { role: "assistant", content: "4", source: "generate" },
  ];
  const { events } = changed({ messages, events: [] });
  expect(outline(events).slice(1)).toEqual([
    "user: 1+1?",
    "user: 2+2?",
    "model openai/gpt-x < 3",
    "model > 4",
    "sent: 4",
    "ended: answered",
  ]);
});

test("a sample without messages is its question and its answer; without an id, the log's", () => {
  const { externalId, events } = changed({ messages: [], uuid: null });
  expect(externalId).toBe("inspect:e1/7/2");
  expect(outline(events).slice(1, 2)).toEqual(["user: Refund order 5"]);
  expect(outline(events)).toContain("sent: Done.");
});

test("Inspect writes NaN for scores that were not given", () => {
  const text = JSON.stringify(
    inspectLog([{ ...sample, scores: { judge: { value: "@", explanation: 'is NaN, \\"NaN\\"' } } }]),
    null,
    1,
  );
  const log = onlyLog(readText(text.replace('"@"', "NaN")));
  expect(log.success).toBeNull();
  expect(log.events).toHaveLength(13);
});

test("a bad sample is refused, the others stay", () => {
  const read = readValue(inspectLog([sample, { id: 8 }, { id: 9, messages: [{ role: "robot" }] }, 5]));
  expect(read.logs).toHaveLength(1);
  expect(read.refused).toMatchObject([
    { where: "samples[2]", why: expect.stringContaining("row.role: Invalid option") },
    { where: "samples[3]", why: expect.stringContaining("row: Invalid input") },
    { where: "samples[1]", why: "holds no conversation" },
  ]);
});

test("a log without samples is refused", () => {
  expect(() => readValue({ ...head, samples: null })).toThrow("holds no samples");
});
