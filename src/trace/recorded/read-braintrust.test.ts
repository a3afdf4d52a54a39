import { expect, test } from "vitest";
import { onlyLog, outline, readText, readValue } from "./recording.test-kit.ts";

// Made after the row types of Braintrust's SDK (ExperimentEvent, 3.x) and rows that its command line uploads.
const root = {
  id: "row-1",
  span_id: "7d3c0a0e-6a2f-4a3c-8b55-0d4f3f1f8c01",
  root_span_id: "7d3c0a0e-6a2f-4a3c-8b55-0d4f3f1f8c01",
  span_parents: null,
  is_root: true,
  created: "2026-07-05T09:59:41.000Z",
  span_attributes: { name: "eval", type: "eval" },
  input: "Refund order 5",
  output: "Done.",
  expected: "refunded",
  scores: { Factuality: 1, Tone: 0.25, Skipped: null },
  metadata: { session_id: "s-1", model: "ignored", topic: "refunds" },
  tags: ["smoke"],
  metrics: { start: 1783245581, end: 1783245585.25 },
  origin: { object_type: "dataset", object_id: "d", id: "case-5", _xact_id: "1" },
  experiment_id: "e",
  _xact_id: "1",
};

function span(span_id: string, parent: string, change: object) {
  return {
    ...root,
    id: `row-${span_id}`,
    span_id,
    span_parents: [parent],
    is_root: false,
    scores: null,
    metadata: null,
    origin: null,
    ...change,
  };
}

const llm = span("a1", root.span_id, {
  span_attributes: { name: "Chat Completion", type: "llm" },
  input: [{ role: "user", content: "Refund order 5" }],
  output: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "Done." } }],
  metadata: { model: "gpt-x", temperature: 0 },
  metrics: {
    start: 1783245581.123456,
    end: 1783245583,
    prompt_tokens: 12,
    completion_tokens: 3,
    tokens: 15,
    estimated_cost: 0.01,
  },
});
const tool = span("a2", root.span_id, {
  span_attributes: { name: "refund", type: "tool" },
  input: { order: 5 },
  output: null,
  error: "no such order",
  metrics: { start: 1783245583 },
});
const scorer = span("a3", root.span_id, {
  span_attributes: { name: "Factuality", type: "score" },
  scores: { Factuality: 0 },
});
const judge = span("a4", "a3", { span_attributes: { name: "Chat Completion", type: "llm" } });
const rows = [root, llm, tool, scorer, judge];

const namesIn = (all: readonly object[]) =>
  (readText(all.map((row) => JSON.stringify(row)).join("\n")).traces[0]?.spans ?? []).map(({ name }) => name);

test("what a scorer called is left out however deep it is, in any order and in circles", () => {
  const inner = span("a5", "a4", { span_attributes: { name: "inner", type: "llm" } });
  const circle = [
    span("b1", "b2", { span_attributes: { name: "one", type: "task" } }),
    span("b2", "b1", { span_attributes: { name: "two", type: "task" } }),
  ];
  const scored = [
    span("c1", "c2", { span_attributes: { name: "three", type: "task" } }),
    span("c2", "c3", { span_attributes: { name: "four", type: "score" } }),
    span("c3", "c1", { span_attributes: { name: "five", type: "task" } }),
  ];
  const all = [...rows, inner, ...circle, ...scored];
  const kept = ["Chat Completion", "eval", "one", "refund", "two"];
  for (const order of [
    all,
    all.toReversed(),
    [...scored.toReversed(), inner, judge, ...circle, root, llm, tool, scorer],
  ]) {
    expect(namesIn(order).toSorted()).toEqual(kept);
  }
});

test("a very deep trace with very many scores is read", { timeout: 20_000 }, () => {
  const deep = Array.from({ length: 12_000 }, (_, index) =>
    span(`d${index}`, index === 0 ? root.span_id : `d${index - 1}`, { scores: { [`q${index}`]: 1 } }),
  );
  const [trace] = readText([root, ...deep].map((row) => JSON.stringify(row)).join("\n")).traces;
  expect(trace?.spans).toHaveLength(12_001);
  expect(trace?.verdicts).toHaveLength(12_002);
});

test("rows of spans are a trace; scorers and what they called are left out", () => {
  const read = readText(rows.map((row) => JSON.stringify(row)).join("\n"));
  const [trace] = read.traces;
  expect(read).toMatchObject({ format: "braintrust", logs: [], refused: [] });
  expect(trace).toMatchObject({
    externalId: `braintrust:${root.root_span_id}`,
    traceId: "7d3c0a0e6a2f4a3c8b550d4f3f1f8c01",
    session: "s-1",
    taskId: "case-5",
  });
  expect(trace?.verdicts.map(({ name, outcome, score }) => [name, outcome, score])).toEqual([
    ["Factuality", "pass", 1],
    ["Tone", "fail", 0.25],
  ]);
  const [first, second, third] = trace?.spans ?? [];
  expect(trace?.spans).toHaveLength(3);
  expect(first).toMatchObject({ name: "eval", startNs: "1783245581000000000", endNs: "1783245585250000000" });
  expect(first?.attributes).toMatchObject({
    "langfuse.observation.type": "span",
    "langfuse.observation.output": "Done.",
    "session.id": "s-1",
    "braintrust.expected": "refunded",
    "braintrust.metadata": '{"session_id":"s-1","topic":"refunds"}',
    "braintrust.scores": '{"Factuality":1,"Tone":0.25,"Skipped":null}',
  });
  expect(second).toMatchObject({
    parentSpanId: first?.spanId,
    startNs: "1783245581123456000",
    attributes: {
      "langfuse.observation.type": "generation",
      "langfuse.observation.model.name": "gpt-x",
      "langfuse.observation.usage_details": '{"input":12,"output":3,"total":15}',
      "langfuse.observation.cost_details": '{"total":0.01}',
      "langfuse.observation.input": '[{"role":"user","content":"Refund order 5"}]',
    },
  });
  expect(third).toMatchObject({
    name: "refund",
    attributes: { "langfuse.observation.type": "tool", "langfuse.observation.input": '{"order":5}' },
    status: { code: "error", message: "no such order" },
  });
  expect(third).not.toHaveProperty("endNs");
});

test("a list of rows is read as their lines are", () => {
  const lines = readText(rows.map((row) => JSON.stringify(row)).join("\n"));
  expect(readValue(rows).traces[0]?.spans).toEqual(lines.traces[0]?.spans);
});

test("rows that are no spans are conversations: a question, and an answer where there is one", () => {
  const lines = [
    {
      id: "case-1",
      input: { prompt: "one" },
      expected: "A1",
      metadata: { topic: "math" },
      tags: ["smoke"],
      origin: { source: "upload" },
    },
    {
      id: "case-2",
      input: {
        messages: [
          { role: "system", content: "Add." },
          { role: "user", content: "2+2" },
        ],
      },
      output: [{ message: { role: "assistant", content: "4" } }],
      scores: { Exact: 1 },
      metadata: { model: "gpt-x" },
      created: "2026-07-05T09:59:41Z",
    },
    { id: "case-3", input: { a: 1, b: 2 }, output: { sum: 3 }, expected: null, error: "late" },
  ];
  const read = readText(lines.map((line) => JSON.stringify(line)).join("\n"));
  expect(read).toMatchObject({ format: "braintrust", traces: [], refused: [] });
  expect(read.logs.map(({ taskId, events }) => [taskId, ...outline(events)])).toEqual([
    ["case-1", "run.started", "user: one"],
    [
      "case-2",
      "run.started",
      "system: Add.",
      "user: 2+2",
      "model gpt-x < 2",
      "model > 4",
      "sent: 4",
      "ended: answered",
    ],
    [
      "case-3",
      "run.started",
      'user: {"a":1,"b":2}',
      "model unknown < 1",
      'model > {"sum":3}',
      'sent: {"sum":3}',
      "ended: failed (RecordedError)",
    ],
  ]);
  expect(read.logs[0]?.events[0]).toMatchObject({ attributes: { expected: "A1", tags: ["smoke"] } });
  expect(read.logs[1]?.verdicts).toMatchObject([{ name: "Exact", outcome: "pass" }]);
  expect(read.logs[1]?.events[0]?.atMs).toBe(Date.UTC(2026, 6, 5, 9, 59, 41));
});

test("the id of a row of a dataset is its sender's own: another dataset's case-1 is another conversation", () => {
  const [one] = readValue({ id: "case-1", input: "one", output: "1" }).logs;
  const [two] = readValue({ id: "case-1", input: "two", output: "2" }).logs;
  expect(one?.externalId).not.toBe(two?.externalId);
});

test("bad rows are refused, the others stay", () => {
  const timeless = { ...root, metrics: null, created: null };
  const read = readValue([root, { ...timeless, span_id: "x" }, { id: "y", expected: 1, output: 2 }, 7]);
  expect(read.traces[0]?.spans).toHaveLength(1);
  expect(read.refused.map(({ where, why }) => `${where} ${why}`)).toEqual([
    "[3] row: Invalid input: expected object, received number",
    "[1] has no time: neither metrics.start nor created",
    "[2] holds no input",
  ]);
});

test("spans that name each other as parents end nobody's patience", () => {
  const first = span("b1", "b2", {});
  const second = span("b2", "b1", {});
  expect(readValue([first, second]).traces[0]?.spans).toHaveLength(2);
  expect(onlyLog(readValue({ input: "x", output: "y" })).taskId).toBeNull();
});
