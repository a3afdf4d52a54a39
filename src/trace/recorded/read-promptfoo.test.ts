import { expect, test } from "vitest";
import { ofType, onlyLog, outline, readText, readValue } from "./recording.test-kit.ts";

// Made after the results that promptfoo 0.121 writes with `--output results.json` (version 3).
const row = {
  cost: 0.0021,
  error: "Output is too long",
  gradingResult: {
    pass: false,
    score: 0.75,
    reason: "Output is too long",
    namedScores: {},
    componentResults: [
      { pass: true, score: 1, reason: "Assertion passed", assertion: { type: "contains", value: "10" } },
      { pass: true, score: 1, reason: "", assertion: { type: "contains", value: "EUR" } },
      { pass: false, score: 0.5, reason: "Output is too long", assertion: { type: "llm-rubric", metric: "brief" } },
    ],
  },
  id: "59370eae-c089-4a0e-96a8-63dec4143ed9",
  latencyMs: 3114,
  namedScores: { brief: 0.5, words: 120 },
  prompt: { raw: "What did order 5 cost?", label: "{{question}}" },
  promptId: "d3bc",
  promptIdx: 0,
  provider: { id: "openai:gpt-x", label: "" },
  response: {
    output: "10 EUR, and so on.",
    tokenUsage: { prompt: 12, completion: 5, total: 17, cached: 0, completionDetails: { reasoning: 2 } },
  },
  score: 0.75,
  success: false,
  testCase: { description: "the price of an order", vars: { question: "q" }, assert: [], options: {}, metadata: {} },
  testIdx: 3,
  vars: { question: "q" },
  metadata: {},
  failureReason: 1,
};

function results(rows: readonly unknown[]) {
  return {
    evalId: "eval-jbk-2026-05-19T22:20:39",
    results: { version: 3, timestamp: "2026-05-19T22:20:39.572Z", prompts: [], results: rows, stats: { successes: 0 } },
    config: { prompts: ["{{question}}"] },
    shareableUrl: null,
    metadata: { promptfooVersion: "0.121.11" },
  };
}

function changed(change: Record<string, unknown>) {
  return onlyLog(readValue(results([{ ...row, ...change }])));
}

test("a result is a log; its error is the grader's word, not the run's end", () => {
  const read = readValue(results([row]));
  const log = onlyLog(read);
  expect(read).toMatchObject({ format: "promptfoo", refused: [] });
  expect(log).toMatchObject({
    externalId: `promptfoo:${row.id}`,
    taskId: "the price of an order",
    success: { isPass: false, score: 0.75 },
    costMicroUsd: 2100,
    session: null,
  });
  expect(outline(log.events)).toEqual([
    "run.started",
    "user: What did order 5 cost?",
    "model openai:gpt-x < 1",
    "model > 10 EUR, and so on.",
    "sent: 10 EUR, and so on.",
    "ended: answered",
  ]);
  expect(log.events[0]?.atMs).toBe(Date.UTC(2026, 4, 19, 22, 20, 39, 572));
  expect(log.events.at(-1)).toMatchObject({ durationMs: 3114 });
  expect(ofType(log.events, "model.returned")[0]?.usage).toEqual({
    inputTokens: 12,
    outputTokens: 5,
    reasoningTokens: 2,
  });
  expect(log.verdicts.map(({ name, outcome, score, gates }) => [name, outcome, score, gates])).toEqual([
    ["success", "fail", 0.75, true],
    ["assert.contains", "pass", 1, false],
    ["assert.contains.2", "pass", 1, false],
    ["assert.brief", "fail", 0.5, false],
    ["score.brief", "fail", 0.5, false],
  ]);
});

const chatCalls = [{ id: "c1", type: "function", function: { name: "lookup", arguments: '{"order":5}' } }];

test.each([
  { where: "the output", response: { output: chatCalls }, content: "" },
  {
    where: "a message as output",
    response: { output: { role: "assistant", content: "Wait.", tool_calls: chatCalls } },
    content: "Wait.",
  },
  {
    where: "a chat completion",
    response: {
      output: "x",
      raw: { choices: [{ message: { role: "assistant", content: "Wait.", tool_calls: chatCalls } }] },
    },
    content: "Wait.",
  },
  {
    where: "a chat completion as text",
    response: {
      output: null,
      raw: JSON.stringify({ choices: [{ message: { content: null, tool_calls: chatCalls } }] }),
    },
    content: "",
  },
  {
    where: "content blocks",
    response: {
      output: "Wait.\n\n{}",
      raw: {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "hm" },
          { type: "text", text: "Wait." },
          { type: "tool_use", id: "c1", name: "lookup", input: { order: 5 } },
        ],
      },
    },
    content: "Wait.",
  },
  {
    where: "response items",
    response: {
      output: "x",
      raw: {
        output: [
          { type: "reasoning", summary: [] },
          { type: "message", role: "assistant", content: [{ type: "output_text", text: "Wait." }] },
          { type: "function_call", call_id: "c1", name: "lookup", arguments: '{"order":5}' },
        ],
      },
    },
    content: "Wait.",
  },
])("tool calls in $where", ({ response, content }) => {
  const { events } = changed({ response });
  expect(outline(events)).toEqual([
    "run.started",
    "user: What did order 5 cost?",
    "model openai:gpt-x < 1",
    `model > ${content}`,
    'lookup({"order":5})',
  ]);
  expect(ofType(events, "tool.called")[0]?.callId).toBe("c1");
});

test("an output that is no answer is kept as JSON", () => {
  expect(outline(changed({ response: { output: { price: 10 } } }).events)).toContain('sent: {"price":10}');
  expect(outline(changed({ response: { output: [{ price: 10 }] } }).events)).toContain('sent: [{"price":10}]');
  const mixed = [{ type: "text", text: "a" }, { price: 10 }];
  expect(outline(changed({ response: { output: mixed } }).events)).toContain(
    `sent: ${JSON.stringify(mixed)}`.replace('"type":"text","text":"a"', '"text":"a","type":"text"'),
  );
});

test("a prompt of messages is a conversation; what came before its question is context", () => {
  const messages = [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Hi" },
    { role: "assistant", content: "Hello" },
    { role: "user", content: "Price?" },
  ];
  const { events } = changed({ prompt: { raw: JSON.stringify(messages, null, 2) } });
  expect(outline(events).slice(1, 3)).toEqual(["user: Price?", "model openai:gpt-x < 4"]);
  expect(outline(changed({ prompt: { raw: "[1, 2" } }).events)[1]).toBe("user: [1, 2");
});

test.each([
  { failureReason: 2, error: "429 Too Many Requests", response: null, ending: "ended: failed (ProviderError)" },
  { failureReason: undefined, error: "boom", response: { error: "boom" }, ending: "ended: failed (ProviderError)" },
  { failureReason: undefined, error: "graded so", response: { output: "x" }, ending: "ended: answered" },
])("failure reason $failureReason, $error", ({ ending, ...change }) => {
  expect(outline(changed(change).events).at(-1)).toBe(ending);
});

test("a price of 0 and counts of 0 are not known", () => {
  const log = changed({ cost: 0, response: { output: "x", tokenUsage: { prompt: 0, completion: 0 } } });
  expect(log.costMicroUsd).toBeNull();
  expect(ofType(log.events, "model.returned")[0]).not.toHaveProperty("usage");
});

test("rows, older files and sessions are read too", () => {
  const lines = readText([row, { ...row, id: "b", promptIdx: 1 }].map((each) => JSON.stringify(each)).join("\n"));
  expect(lines).toMatchObject({ format: "promptfoo", logs: [{ where: "line 1" }, { where: "line 2" }] });
  const summary = readValue({ version: 2, stats: {}, results: [{ ...row, id: undefined }], table: {} });
  expect(onlyLog(summary).externalId).toMatch(/^promptfoo:[\da-f]{32}$/);
  expect(changed({ id: null }).externalId).toBe("promptfoo:eval-jbk-2026-05-19T22:20:39/3/0");
  const session = changed({ response: { output: "x", sessionId: "s-1" } });
  expect(session.session).toBe("s-1");
  expect(session.events[0]).toMatchObject({ sessionId: "s-1" });
});

test("a bad row is refused, the others stay", () => {
  const read = readValue(results([row, { ...row, success: "yes" }, { ...row, prompt: null }]));
  expect(read.logs).toHaveLength(1);
  expect(read.refused.map(({ where, why }) => `${where} ${why}`)).toEqual([
    "results.results[1] row.success: Invalid input: expected boolean, received string",
    "results.results[2] row.prompt: Invalid input: expected object, received null",
  ]);
  expect(() => readValue(results([]))).toThrow("holds no results");
});
