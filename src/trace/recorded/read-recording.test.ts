import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { measureTrial, toolCalls } from "../../log/index.ts";
import { readRecording } from "./read-recording.ts";
import type { RecordedLog } from "./recorded-log.ts";
import {
  dataFolder,
  hasData,
  NOW_MS,
  numbered,
  ofType,
  onlyLog,
  outline,
  rawData,
  readData,
  readText,
  readValue,
} from "./recording.test-kit.ts";

interface Expected {
  readonly traces: number;
  readonly successes: number;
  readonly messages?: number;
  readonly assistant_tool_calls: number;
  readonly tool_error_messages: number;
  readonly traces_with_tool_error: number;
  readonly tool_call_counts: Record<string, number>;
  readonly retries_right_after_error: number;
  readonly longest_no_progress_run: number;
  readonly agent_cost_sum?: number;
  readonly action_checks?: number;
  readonly action_checks_unmatched?: number;
}

const expectedByName: [string, Expected][] = hasData
  ? Object.entries(rawData("expected.json") as Record<string, Expected>).filter(
      ([name, { messages }]) => /^tau[12]\//.test(name) && messages !== undefined,
    )
  : [];

test("the recorded data is at hand", ({ skip }) => {
  skip(!hasData, "set AEGIS_DATA to its folder; originals: github.com/sierra-research/tau-bench and tau2-bench");
  expect(expectedByName.length).toBeGreaterThan(10);
});

describe.each(expectedByName)("%s", (name, expected) => {
  test("holds the messages, calls, errors and labels of its source, exactly", () => {
    const logs = readPack(name);
    const metrics = logs.map(({ events }) => measureTrial(numbered(events)));
    const tools = logs.flatMap(({ events }) => toolCalls(numbered(events)).map(({ called }) => called.tool));
    expect({
      traces: logs.length,
      successes: logs.filter(({ success }) => success?.isPass).length,
      messages: sum(metrics.map((each) => each.messageCount)),
      assistant_tool_calls: sum(metrics.map((each) => each.toolCallCount)),
      tool_error_messages: sum(metrics.map((each) => each.toolErrorCount)),
      traces_with_tool_error: metrics.filter((each) => each.toolErrorCount > 0).length,
      tool_call_counts: countBy(tools),
      retries_right_after_error: sum(metrics.map((each) => each.retryCount)),
      longest_no_progress_run: Math.max(...metrics.map((each) => each.longestRepeat)),
    }).toEqual({
      traces: expected.traces,
      successes: expected.successes,
      messages: expected.messages,
      assistant_tool_calls: expected.assistant_tool_calls,
      tool_error_messages: expected.tool_error_messages,
      traces_with_tool_error: expected.traces_with_tool_error,
      tool_call_counts: expected.tool_call_counts,
      retries_right_after_error: expected.retries_right_after_error,
      longest_no_progress_run: expected.longest_no_progress_run,
    });
  });

  test.skipIf(expected.agent_cost_sum === undefined)("holds its costs and finer labels", () => {
    const logs = readPack(name);
    const actions = logs.flatMap(({ verdicts }) => verdicts.filter((each) => each.name.startsWith("action_check.")));
    expect(actions).toHaveLength(expected.action_checks ?? 0);
    expect(actions.filter(({ outcome }) => outcome === "fail")).toHaveLength(expected.action_checks_unmatched ?? 0);
    const costs = logs.map(({ costMicroUsd }) => costMicroUsd);
    if (expected.agent_cost_sum === 0) {
      expect(costs, "tokens at no price: unknown, never 0").toEqual(costs.map(() => null));
      return;
    }
    // Each cost is a whole number of micro-USD: at most half of one is lost per conversation.
    const costUsd = sum(costs.map((cost) => cost ?? Number.NaN)) / 1_000_000;
    expect(Math.abs(costUsd - (expected.agent_cost_sum ?? 0))).toBeLessThanOrEqual(0.5e-6 * (logs.length + 1));
    const logged = logs.map(({ events }) =>
      sum(ofType(events, "model.returned").map(({ costMicroUsd }) => costMicroUsd ?? 0)),
    );
    expect(logged).toEqual(costs);
  });
});

test.skipIf(!hasData)("a conversation has the same external id wherever it is read, and no two share one", () => {
  const paths = ["tau1", "tau2"].flatMap((folder) =>
    readdirSync(join(dataFolder, folder))
      .filter((file) => file.endsWith(".json"))
      .map((file) => `${folder}/${file}`),
  );
  const ids = paths.flatMap((path) => readData(path).logs.map(({ externalId }) => externalId));
  expect(new Set(ids).size).toBe(ids.length);
  for (const path of paths.filter((each) => each.includes("agentverify-tool"))) {
    const bytes = readFileSync(join(dataFolder, path));
    const first = readRecording({ path: "elsewhere.json", bytes, nowMs: 7 }).logs;
    expect(first.map(({ externalId }) => externalId)).toEqual(readData(path).logs.map(({ externalId }) => externalId));
  }
});

test("a row's id is its content's: not its place, its file or the order of its keys", () => {
  const row = { task_id: 1, reward: 1, trial: 0, traj: [{ role: "user", content: "Hi" }], info: {} };
  const turned = Object.fromEntries(Object.entries(row).toReversed());
  const other = { ...row, trial: 1 };
  const [first, , third] = readValue([row, other, row]).logs;
  expect(third?.externalId).toBe(`${first?.externalId}~2`);
  const later = readValue([other, turned], { path: "other.json", nowMs: 1 }).logs;
  expect(later.map(({ externalId }) => externalId)).toContain(first?.externalId);
  expect(later).toHaveLength(2);
});

test("the log says where it is from, and is observed", () => {
  const read = readValue([{ task_id: "t-1", reward: 0, trial: 3, traj: [{ role: "user", content: "Hi" }], info: {} }]);
  const log = onlyLog(read);
  expect(read).toMatchObject({ format: "tau1", traces: [], refused: [] });
  expect(log).toMatchObject({ taskId: "t-1", success: { isPass: false, score: 0 }, session: null, costMicroUsd: null });
  expect(log.events[0]).toMatchObject({
    type: "run.started",
    atMs: NOW_MS,
    witness: "agent",
    origin: "observed",
    attributes: { importedFrom: "recording.json", where: "row 0", format: "tau1", recordedTrial: 3, taskId: "t-1" },
  });
  expect(log.events[0]).not.toHaveProperty("caseId");
});

test("JSON lines of results: bad lines are refused, the others stay", () => {
  const lines = [
    '{"case":"a","passed":true,"input":"Hi","output":"Hello"}',
    "{broken",
    '{"case":"b"}',
    '{"case":"c","passed":true}',
  ];
  const read = readText(lines.join("\n"));
  expect(read.format).toBe("jsonl");
  expect(outline(onlyLog(read).events)).toEqual(["run.started", "user: Hi", "sent: Hello", "ended: answered"]);
  expect(read.refused.map(({ where, why }) => `${where}: ${why}`)).toEqual([
    "line 2: is not JSON at column 2: this character does not belong there",
    "line 3: says neither passed, success, score nor reward",
    "line 4: holds no conversation",
  ]);
});

test("a run that crashed before it said anything is one all the same", () => {
  const crashed = { task_id: 1, reward: 0, trial: 0, traj: [], info: { error: "timeout" } };
  expect(outline(onlyLog(readValue([crashed])).events)).toEqual(["run.started", "ended: failed (Crashed)"]);
});

test("outcomes without a conversation are refused, row by row", () => {
  const row = { task_id: "5", success: true, reward: 1, actions: ["look"], n_messages: 9, trial: 1 };
  expect(() => readValue({ config: {}, task_results: [row] })).toThrow(
    "task_results[0]: holds only the outcome of a conversation",
  );
});

test("a composite reward asks for the path of success", () => {
  const info = { reward_info: { components: { base_success: 1, style: 0.5 } } };
  const row = { task_id: 1, reward: 0.7, trial: 0, traj: [{ role: "user", content: "Hi" }], info };
  expect(() => readValue([row])).toThrow(expect.objectContaining({ code: "import.no_success_path" }));
  const successPath = "info.reward_info.components.base_success";
  expect(onlyLog(readValue([row], { successPath })).success).toEqual({ isPass: true, score: 1 });
});

function readPack(name: string): RecordedLog[] {
  const [, start] = /^(.*) \(\d+ files merged\)$/.exec(name) ?? [];
  if (start === undefined) return [...readData(name).logs];
  const [folder = ""] = name.split("/");
  const parts = readdirSync(join(dataFolder, folder)).filter((file) => file.startsWith(`${basename(start)}__trial`));
  return parts.flatMap((file) => readData(`${folder}/${file}`).logs);
}

function countBy(names: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
