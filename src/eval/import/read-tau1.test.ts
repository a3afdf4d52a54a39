import { expect, test } from "vitest";
import { eventTypes, importForTest, jsonFile, only } from "./import-for-test.ts";

const row = (changes: object = {}) => ({ task_id: 1, reward: 1, trial: 0, traj: [], info: info(), ...changes });
const info = (changes: object = {}) => ({
  task: { instruction: "Return the lamp.", actions: [{ name: "return_items", kwargs: {} }], outputs: [] },
  reward_info: { reward: 1, info: { r_actions: 1 } },
  ...changes,
});
const composite = (base: unknown) =>
  info({ reward_info: { reward: 0.7, components: { base_success: base, speed: 0.4 } } });

test("a composite reward needs the path of success, and names the candidates", () => {
  const files = [jsonFile("a.json", [row({ reward: 0.7, info: composite(1) })])];
  expect(() => importForTest("tau1", files)).toThrow(
    expect.objectContaining({
      code: "import.no_success_path",
      message:
        "a.json: the reward is made of parts, so it does not say what success is. " +
        "Candidates: info.reward_info.components.base_success, info.reward_info.components.speed",
    }),
  );
});

test("the success path decides, per row, as a boolean or a number", () => {
  const crashed = { reward: 0, info: { error: "boom", traceback: "..." } };
  const rows = [1, true, 0, 0.5].map((base, trial) => row({ trial, reward: 0.7, info: composite(base) }));
  const { trials } = importForTest("tau1", [jsonFile("a.json", [...rows, row({ trial: 4, ...crashed })])], {
    successPath: "info.reward_info.components.base_success",
  });
  expect(trials.map(({ trial }) => trial.outcome)).toEqual([
    { kind: "scored", isPass: true, score: 1 },
    { kind: "scored", isPass: true, score: 1 },
    { kind: "scored", isPass: false, score: 0 },
    { kind: "scored", isPass: false, score: 0.5 },
    { kind: "scored", isPass: false, score: 0 },
  ]);
});

test("a path that leads nowhere is refused with the row", () => {
  const rows = [row(), row({ trial: 1, info: composite(1) })];
  expect(() =>
    importForTest("tau1", [jsonFile("a.json", rows)], { successPath: "info.reward_info.components.base_success" }),
  ).toThrow("a.json: row 0 has no boolean and no number at info.reward_info.components.base_success");
});

test("a crashed run stays as a failed trial that says so", () => {
  const { trials, run } = importForTest("tau1", [
    jsonFile("a.json", [row({ reward: 0, info: { error: "rate limit" } })]),
  ]);
  const { verdicts, outcome } = only(trials).trial;
  expect(outcome).toEqual({ kind: "scored", isPass: false, score: 0 });
  expect(verdicts).toMatchObject([
    {
      name: "success",
      source: "recorded",
      gates: true,
      outcome: "fail",
      explanation: "Recorded reward 0: the recorded run crashed before it was scored (rate limit)",
    },
  ]);
  expect(eventTypes(only(trials).events)).toEqual(["run.started", "run.ended"]);
  expect(run.cases).toMatchObject([{ id: "1", hash: "" }]);
  expect(run.hashes.dataset).toBe("");
});

test("results are paired with calls by position though ids repeat, and ids become unique", () => {
  const traj = [
    { role: "system", content: "Be kind." },
    { role: "user", content: "Two orders" },
    ...call("same", "get_order", "{'order_id': '#W1'}"),
    { role: "tool", tool_call_id: "same", name: "get_order", content: "first" },
    ...call("same", "get_order", '{"order_id": "#W2"}'),
    { role: "tool", tool_call_id: "same", name: "get_order", content: "Error: no such order" },
    ...call(undefined, "get_order", "not parseable"),
    { role: "tool", name: "get_order", content: "third" },
    { role: "assistant", content: "Done." },
    { role: "user", content: "###STOP###" },
  ];
  const { events, trial } = only(importForTest("tau1", [jsonFile("a.json", [row({ traj })])]).trials);
  const returned = events.filter((event) => event.type === "tool.returned");
  expect(events.filter((event) => event.type === "tool.called")).toMatchObject([
    { callId: "same", arguments: { order_id: "#W1" } },
    { callId: "same~2", arguments: { order_id: "#W2" } },
    { callId: "call-3", arguments: "not parseable" },
  ]);
  expect(returned).toMatchObject([
    { callId: "same", result: "first" },
    { callId: "same~2", error: { name: "ToolError", message: "Error: no such order" } },
    { callId: "call-3", result: "third" },
  ]);
  expect(trial.metrics).toMatchObject({ toolCallCount: 3, toolErrorCount: 1, messageCount: traj.length });
  expect(events.filter((event) => event.type === "message.sent")).toMatchObject([{ content: "Done." }]);
});

test("each model call's prompt is the conversation so far, told as a difference", () => {
  const traj = [
    { role: "user", content: "Hi" },
    ...call("a", "look", "{}"),
    { role: "tool", tool_call_id: "a", content: "seen" },
    { role: "assistant", content: "Bye" },
  ];
  const { events } = only(importForTest("tau1", [jsonFile("a.json", [row({ traj })])]).trials);
  expect(events.filter((event) => event.type === "model.called")).toMatchObject([
    { keptCount: 0, added: [{ role: "user", content: "Hi" }] },
    {
      keptCount: 1,
      added: [
        { role: "assistant", toolRequests: [{ tool: "look" }] },
        { role: "tool", result: "seen" },
      ],
    },
  ]);
});

test("attempts count on over files, without gaps, and remember their recorded number", () => {
  const first = jsonFile("a.json", [row({ trial: 7 }), row({ trial: 3 }), row({ task_id: 2, trial: 2 })]);
  const second = jsonFile("b.json", [row({ trial: 0 })]);
  const { trials, run } = importForTest("tau1", [first, second]);
  expect(trials.map(({ trial }) => [trial.caseId, trial.attemptIndex])).toEqual([
    ["1", 1],
    ["1", 0],
    ["2", 0],
    ["1", 2],
  ]);
  expect(run.cases.map((each) => [each.id, each.trials])).toEqual([
    ["1", 3],
    ["2", 1],
  ]);
  expect(only(trials.slice(0, 1)).events[0]).toMatchObject({
    attributes: { recordedTrial: 7, importedFrom: "a.json" },
  });
});

test.each([
  {
    how: "asks something else",
    task: { instruction: "Book a flight to Rome for two people.", actions: [], outputs: [] },
  },
  {
    how: "expects other actions",
    task: { instruction: "Return the lamp.", actions: [{ name: "cancel_order", kwargs: {} }], outputs: [] },
  },
])("a task that $how in another file is refused", ({ how, task }) => {
  const files = [jsonFile("a.json", [row()]), jsonFile("b.json", [row({ info: info({ task }) })])];
  expect(() => importForTest("tau1", files)).toThrow(`b.json: task 1 (row 0) ${how} than in a.json (row 0)`);
});

test("within one file, expected actions that a replay changed do not clash", () => {
  const changed = {
    instruction: "Return the lamp.",
    actions: [{ name: "return_items", kwargs: { a: 1 } }],
    outputs: [],
  };
  const { trials } = importForTest("tau1", [
    jsonFile("a.json", [row(), row({ trial: 1, info: info({ task: changed }) })]),
  ]);
  expect(trials).toHaveLength(2);
});

function call(id: string | undefined, name: string, args: string): object[] {
  return [
    { role: "assistant", content: null, tool_calls: [{ id, type: "function", function: { name, arguments: args } }] },
  ];
}

test("what the task declares as right is kept beside the log", () => {
  const task = { instruction: "Return.", actions: [{ name: "return_items", kwargs: { id: "1" } }], outputs: ["10"] };
  const { trials } = importForTest("tau1", [jsonFile("a.json", [row({ info: info({ task }) })])]);
  expect(only(trials).events[0]).toMatchObject({
    attributes: { expected: { calls: [{ tool: "return_items", arguments: { id: "1" } }], told: ["10"] } },
  });
});
