import { join } from "node:path";
import { expect, test } from "vitest";
import type { SuiteSummary } from "../src/eval/summary/index.ts";
import { dataFolder, readData, runCli, runJson, testProject, WITHOUT_DATA } from "./cli-kit.ts";

/** What a script independent of Aegis read off a file of recordings. */
interface Expected {
  readonly traces: number;
  readonly tasks: number;
  readonly pass_hat_k: Readonly<Record<string, number>>;
  readonly pass_at_k: Readonly<Record<string, number>>;
}

interface ExpectedLogs extends Expected {
  readonly successes: number;
  readonly flaky_tasks: number;
  readonly always_pass: number;
  readonly always_fail: number;
  readonly assistant_tool_calls: number;
  readonly tool_error_messages: number;
  readonly traces_with_tool_error: number;
  readonly tool_call_counts: Readonly<Record<string, number>>;
  readonly repeat_consecutive_ge2: readonly string[];
  readonly repeat_consecutive_ge3: readonly string[];
  readonly no_progress_repeat_ge2: readonly string[];
  readonly no_progress_repeat_ge3: readonly string[];
  readonly retries_right_after_error: number;
  readonly failed: readonly string[];
}

const expectedFigures = dataFolder() === undefined ? {} : readData<Record<string, Expected>>("expected.json");
const recordings = Object.entries(expectedFigures).filter(([name]) => /^tau[12]\//.test(name));
const nothing: Expected = { traces: 0, tasks: 0, pass_hat_k: {}, pass_at_k: {} };
/** A table without rows would be no test at all, and look like a passed one. */
const rows: [string, Expected][] = recordings.length > 0 ? recordings : [["real recordings", nothing]];

const MERGED = " (3 files merged)";

/** The files behind an entry; three recordings of the same tasks are three trials of one run. */
function filesOf(name: string): string[] {
  const path = join(dataFolder() ?? "", name.replace(MERGED, ""));
  return name.endsWith(MERGED) ? [1, 2, 3].map((trial) => `${path}__trial${trial}.json`) : [path];
}

async function importAndShow(name: string) {
  const folder = testProject();
  const format = name.startsWith("tau1/") ? "tau1" : "tau2";
  const words = ["eval", "import", ...filesOf(name), "--format", format, "--run", "theirs"];
  const end = await runCli(folder, words);
  expect(end).toMatchObject({ exitCode: 0, stderr: "" });
  const { summary } = await runJson(folder, ["eval", "show", "theirs"]);
  return summary;
}

function expectPassK(seen: SuiteSummary["passHatK"], wanted: Readonly<Record<string, number>>): void {
  expect(seen.map(({ k }) => String(k))).toEqual(Object.keys(wanted));
  for (const { k, value, lower, upper } of seen) {
    expect(Math.abs(value - (wanted[k] ?? Number.NaN)), `k = ${k}: ${value}`).toBeLessThanOrEqual(1e-6);
    expect(lower).toBeLessThanOrEqual(value);
    expect(upper).toBeGreaterThanOrEqual(value);
    expect(upper - lower, "an interval of no width claims to be sure").toBeGreaterThan(0.05);
  }
}

test.skipIf(WITHOUT_DATA).each(rows)(`%s${WITHOUT_DATA}`, async (name, wanted) => {
  const { suite, cases } = await importAndShow(name);
  expectPassK(suite.passHatK, wanted.pass_hat_k);
  expectPassK(suite.passAtK, wanted.pass_at_k);
  expect({ traces: suite.trials.scored, tasks: cases.length }).toEqual({ traces: wanted.traces, tasks: wanted.tasks });
  if (hasLogs(wanted)) expectCounts(suite, cases, wanted);
});

function hasLogs(wanted: Expected): wanted is ExpectedLogs {
  return "tool_call_counts" in wanted;
}

function expectCounts(
  suite: SuiteSummary,
  cases: readonly { readonly id: string; readonly passed: number; readonly total: number }[],
  wanted: ExpectedLogs,
): void {
  // Where each task has one trial, some recordings number their trials by row.
  const named = (trials: readonly string[]) =>
    trials.map((trial) => (wanted.traces === wanted.tasks ? trial.replace(/#.*/, "#0") : trial)).sort();
  expect({
    successes: suite.trials.passed,
    flaky_tasks: suite.flakyCases,
    always_pass: suite.alwaysPass,
    always_fail: suite.alwaysFail,
    tool_error_messages: suite.toolErrors,
    traces_with_tool_error: suite.tracesWithToolError,
    tool_call_counts: suite.toolCallCounts,
    assistant_tool_calls: suite.toolCalls,
    sum_of_tool_call_counts: Object.values(suite.toolCallCounts).reduce((sum, count) => sum + count, 0),
    retries_right_after_error: suite.retriesRightAfterError,
    repeat_consecutive_ge2: suite.identicalCalls.atLeast2.toSorted(),
    repeat_consecutive_ge3: suite.identicalCalls.atLeast3.toSorted(),
    no_progress_repeat_ge2: suite.repeats.atLeast2.toSorted(),
    no_progress_repeat_ge3: suite.repeats.atLeast3.toSorted(),
  }).toEqual({
    successes: wanted.successes,
    flaky_tasks: wanted.flaky_tasks,
    always_pass: wanted.always_pass,
    always_fail: wanted.always_fail,
    tool_error_messages: wanted.tool_error_messages,
    traces_with_tool_error: wanted.traces_with_tool_error,
    tool_call_counts: wanted.tool_call_counts,
    assistant_tool_calls: wanted.assistant_tool_calls,
    sum_of_tool_call_counts: wanted.assistant_tool_calls,
    retries_right_after_error: wanted.retries_right_after_error,
    repeat_consecutive_ge2: named(wanted.repeat_consecutive_ge2),
    repeat_consecutive_ge3: named(wanted.repeat_consecutive_ge3),
    no_progress_repeat_ge2: named(wanted.no_progress_repeat_ge2),
    no_progress_repeat_ge3: named(wanted.no_progress_repeat_ge3),
  });
  const failedOf = Map.groupBy(wanted.failed, (trial) => trial.split("#")[0] ?? "");
  expect(cases.map(({ id, passed, total }) => [id, total - passed])).toEqual(
    cases.map(({ id }) => [id, failedOf.get(id)?.length ?? 0]),
  );
}
