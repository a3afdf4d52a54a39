import { expect, test } from "vitest";
import { eventTypes, importForTest, jsonFile, only } from "./import-for-test.ts";

const message = (role: string, content: string | null, more: object = {}) => ({ role, content, ...more });
const simulation = (changes: object = {}) => ({
  id: "s",
  task_id: "t",
  trial: 0,
  seed: 5,
  start_time: "2025-01-01T10:00:00.000000",
  duration: 9.5,
  termination_reason: "user_stop",
  agent_cost: 0.25,
  reward_info: { reward: 1 },
  messages: [],
  ...changes,
});
const results = (simulations: object[], tasks: object[] = []) => ({
  info: {
    git_commit: "abc",
    agent_info: { implementation: "llm_agent", llm: "gpt-x", llm_args: { temperature: 0 } },
    environment_info: { domain_name: "telecom", policy: "Be brief." },
  },
  tasks,
  simulations,
});

test("the simulated user's own tools are not the agent's", () => {
  const messages = [
    message("assistant", "Hi!", { cost: 0, usage: null }),
    message("user", null, { tool_calls: [{ id: "u", name: "toggle_wifi", arguments: {}, requestor: "user" }] }),
    message("tool", "wifi on", { id: "u", requestor: "user", error: false }),
    message("user", "It is on."),
    message("assistant", null, {
      tool_calls: [
        { id: "a", name: "get_line", arguments: { id: 1 }, requestor: "assistant" },
        { id: "b", name: "get_line", arguments: { id: 2 }, requestor: "assistant" },
      ],
    }),
    {
      role: "tool",
      tool_messages: [
        message("tool", "one", { id: "a", requestor: "assistant", error: false }),
        message("tool", "Error: two", { id: "b", requestor: "assistant", error: true }),
      ],
    },
  ];
  const { trials, notes } = importForTest("tau2", [jsonFile("a.json", results([simulation({ messages })]))]);
  const { trial, events } = only(trials);
  expect(trial.metrics.tools).toMatchObject([
    { tool: "get_line", isError: false },
    { tool: "get_line", isError: true },
  ]);
  expect(notes.remarks).toContain("1 calls of the simulated user's own tools were left out");
  expect(events[0]).toMatchObject({ attributes: { userToolCallCount: 1, policy: "Be brief.", domain: "telecom" } });
  expect(trial.metrics).toMatchObject({ messageCount: 5, modelCallCount: 1, toolErrorCount: 1 });
});

test("times, tokens and cost are the recording's; what it does not tell is null", () => {
  const messages = [
    message("user", "Hi", { timestamp: "2025-01-01T10:00:01" }),
    message("assistant", null, {
      timestamp: "2025-01-01T10:00:03",
      cost: 0.002,
      usage: { prompt_tokens: 100, completion_tokens: 7 },
      tool_calls: [{ id: "a", name: "look", arguments: {} }],
      raw_data: { model: "gpt-x-0101" },
    }),
    message("tool", "seen", { id: "a", error: false, timestamp: "2025-01-01T10:00:03.500" }),
    message("assistant", "Bye", { timestamp: "2025-01-01T10:00:02", cost: null, usage: null }),
  ];
  const { trials, run } = importForTest("tau2", [
    jsonFile("a.json", results([simulation({ messages, agent_cost: null })])),
  ]);
  const { trial, events } = only(trials);
  const startMs = Date.UTC(2025, 0, 1, 10);
  expect(events.map(({ type, atMs }) => [type, atMs - startMs])).toEqual([
    ["run.started", 0],
    ["message.received", 1000],
    ["model.called", 1000],
    ["model.returned", 3000],
    ["tool.called", 3000],
    ["tool.returned", 3500],
    ["model.called", 3500],
    ["model.returned", 3500],
    ["message.sent", 3500],
    ["run.ended", 9500],
  ]);
  expect(events.filter((event) => event.type === "model.returned")).toMatchObject([
    { model: "gpt-x-0101", durationMs: 2000, usage: { inputTokens: 100, outputTokens: 7 }, costMicroUsd: 2000 },
    { durationMs: 0, costMicroUsd: null },
  ]);
  expect(trial.metrics).toMatchObject({ durationMs: 9500, costMicroUsd: null });
  expect(run).toMatchObject({ models: ["gpt-x"], suite: "telecom", startedAtMs: startMs, endedAtMs: startMs + 9500 });
});

test("finer labels are verdicts that do not gate", () => {
  const reward_info = {
    reward: 0,
    db_check: { db_match: false, db_reward: 0 },
    action_checks: [{ action: { action_id: "t_0", name: "pay", arguments: { id: 1 } }, action_match: true }],
    communicate_checks: [{ info: "42", met: false, justification: "never said" }],
    nl_assertions: [{ nl_assertion: "Is polite", met: true, justification: "yes" }],
    env_assertions: [{ env_assertion: { func_name: "is_on", message: null }, met: true }],
  };
  const { trial } = only(importForTest("tau2", [jsonFile("a.json", results([simulation({ reward_info })]))]).trials);
  expect(trial.verdicts.map(({ name, outcome, gates, explanation }) => [name, outcome, gates, explanation])).toEqual([
    ["success", "fail", true, "Recorded reward 0."],
    ["db_check", "fail", false, "The final state differs from the expected one."],
    ["action_check.t_0", "pass", false, 'The expected call was made: pay({"id":1}).'],
    ["communicate_check.0", "fail", false, "42: never said"],
    ["nl_assertion.0", "pass", false, "Is polite: yes"],
    ["env_assertion.0", "pass", false, "is_on"],
  ]);
});

test("a trial without a reward failed, and the ending says why", () => {
  const unscored = simulation({ reward_info: null, termination_reason: "max_steps" });
  const { trial, events } = only(importForTest("tau2", [jsonFile("a.json", results([unscored]))]).trials);
  expect(trial.outcome).toEqual({ kind: "scored", isPass: false, score: 0 });
  expect(only(trial.verdicts).explanation).toBe(
    "The recording holds no reward: the trial was never scored; the conversation ended by max_steps.",
  );
  expect(events.at(-1)).toMatchObject({ type: "run.ended", outcome: "failed", error: { name: "max_steps" } });
});

test("outcomes without messages keep tool names beside the trial, not in the log", () => {
  const outcomes = {
    source: {},
    config: { domain: "retail", agent_llm: "gpt-x" },
    results: {},
    task_results: [{ task_id: "5", success: true, reward: 1, actions: ["look", "look"], n_messages: 9, trial: 1 }],
  };
  const { trials, run } = importForTest("tau2", [jsonFile("a.json", outcomes)]);
  const { trial, events } = only(trials);
  expect(eventTypes(events)).toEqual(["run.started", "run.ended"]);
  expect(trial.metrics).toMatchObject({
    messageCount: 9,
    toolCallCount: 2,
    longestRepeat: 0,
    costMicroUsd: null,
    tools: [{ tool: "look" }, { tool: "look" }],
  });
  expect(run.models).toEqual(["gpt-x"]);
});
