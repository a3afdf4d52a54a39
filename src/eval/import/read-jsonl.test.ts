import { expect, test } from "vitest";
import { isId } from "../../kernel/index.ts";
import { eventTypes, importForTest, NOW_MS, only } from "./import-for-test.ts";

test("the general form, from the shortest row to a whole conversation", () => {
  const rows = [
    { case: "a", passed: true },
    {
      id: 7,
      score: 0.4,
      tools: ["look", "buy"],
      costUsd: 0.01,
      durationMs: 1200,
      tags: ["shop"],
      kind: "regression",
    },
    {
      task_id: "b",
      success: 1,
      model: "m",
      input: "Buy a lamp",
      tools: [
        { tool: "buy", arguments: { id: 1 }, result: "ok" },
        { tool: "pay", isError: true, result: "declined" },
      ],
      output: "Sorry",
    },
    {
      case: "c",
      reward: 0,
      messages: [
        { role: "user", content: [{ type: "text", text: "Hi" }] },
        {
          role: "assistant",
          content: null,
          tool_calls: ["x", "y"].map((id) => ({ id, type: "function", function: { name: id, arguments: "{}" } })),
        },
        { role: "tool", tool_call_id: "y", content: "of y" },
        { role: "tool", tool_call_id: "x", content: "of x" },
      ],
    },
  ];
  const { trials, run } = importForTest("jsonl", [
    { path: "a.jsonl", text: `${rows.map((row) => JSON.stringify(row)).join("\r\n")}\n\n` },
  ]);
  expect(trials.map(({ trial }) => [trial.caseId, trial.outcome])).toEqual([
    ["a", { kind: "scored", isPass: true, score: 1 }],
    ["7", { kind: "scored", isPass: false, score: 0.4 }],
    ["b", { kind: "scored", isPass: true, score: 1 }],
    ["c", { kind: "scored", isPass: false, score: 0 }],
  ]);
  const [, named, short, whole] = trials;
  expect(named?.trial.metrics).toMatchObject({ toolCallCount: 2, costMicroUsd: 10_000, durationMs: 1200 });
  expect(eventTypes(short?.events ?? [])).toEqual(
    "run.started message.received tool.called tool.returned tool.called tool.returned message.sent run.ended".split(
      " ",
    ),
  );
  expect(whole?.events.filter((event) => event.type === "tool.returned")).toMatchObject([
    { tool: "x", result: "of x" },
    { tool: "y", result: "of y" },
  ]);
  expect(run.cases.map(({ kind, tags }) => [kind, tags])[1]).toEqual(["regression", ["shop"]]);
});

const mixed = ['{"case":"a","passed":true}', '{"case":"b"}', '{"passed":true}', '{"case":"c","pass'].join("\n");

test("bad lines refuse the file, with their numbers and reasons", () => {
  expect(() => importForTest("jsonl", [{ path: "a.jsonl", text: mixed }])).toThrow(
    "a.jsonl: 3 of 4 lines are bad: line 2 says neither passed, success, score nor reward; " +
      "line 3 row: names no case: give `case`, `task_id` or `id`; " +
      "line 4 is not JSON at column 18: the line ends in the middle of a value; it was cut off, fetch it again",
  );
});

test("bad lines are left out and listed where asked", () => {
  const { notes } = importForTest("jsonl", [{ path: "a.jsonl", text: mixed }], { skipBad: true });
  expect(notes).toMatchObject({ kept: 1, refusedCount: 3 });
  expect(notes.refused.map(({ where }) => where)).toEqual(["line 2", "line 3", "line 4"]);
});

test("a path of success goes before the row's own words", () => {
  const text = '{"case":"a","passed":true,"scores":{"exact":0}}';
  const { trials } = importForTest("jsonl", [{ path: "a.jsonl", text }], { successPath: "scores.exact" });
  expect(only(trials).trial.outcome).toMatchObject({ isPass: false });
});

test("the run says where it is from, and every id is new", () => {
  const { run, trials } = importForTest("jsonl", [{ path: "a.jsonl", text: '{"case":"a","passed":true,"input":"x"}' }]);
  expect(run).toMatchObject({
    name: "recorded",
    suite: "imported",
    origin: "import",
    status: "finished",
    isolation: "none",
    startedAtMs: NOW_MS,
    owner: null,
    attributes: { format: "jsonl", files: [{ path: "a.jsonl", trials: 1 }] },
  });
  const { trial, events } = only(trials);
  expect([run.id, trial.id, trial.runId].every(isId)).toBe(true);
  expect(trial.evalRunId).toBe(run.id);
  expect(events.every((event) => event.witness === "agent" && event.atMs === NOW_MS)).toBe(true);
  expect(events[0]).toMatchObject({ type: "run.started", origin: "observed", caseId: "a", attemptIndex: 0 });
});
