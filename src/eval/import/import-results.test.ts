import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { canonicalJson, fixedClock, idMaker, seededRandom } from "../../kernel/index.ts";
import { toolCalls } from "../../log/index.ts";
import { suitePassAtK, suitePassHatK } from "../../stats/index.ts";
import { importResults } from "./import-results.ts";
import type { ImportedTrial } from "./imported-results.ts";

// Unchanged parts of sierra-research/tau-bench and tau2-bench, and of forks of them.
const dataFolder = process.env["AEGIS_DATA"] ?? join(import.meta.dirname, "../../../../shared/data");
const hasData = existsSync(join(dataFolder, "expected.json"));

interface Expected {
  readonly traces: number;
  readonly tasks: number;
  readonly successes?: number;
  readonly pass_hat_k: Record<string, number>;
  readonly pass_at_k: Record<string, number>;
  readonly messages?: number;
  readonly assistant_tool_calls?: number;
  readonly tool_error_messages?: number;
  readonly traces_with_tool_error?: number;
  readonly tool_call_counts?: Record<string, number>;
  readonly repeat_consecutive_ge2?: string[];
  readonly repeat_consecutive_ge3?: string[];
  readonly no_progress_repeat_ge2?: string[];
  readonly no_progress_repeat_ge3?: string[];
  readonly retries_right_after_error?: number;
  readonly longest_no_progress_run?: number;
  readonly failed?: string[];
  readonly model?: string;
  readonly agent_cost_sum?: number;
  readonly action_checks?: number;
  readonly action_checks_unmatched?: number;
  readonly db_mismatch?: number;
}

const expectedByName: [string, Expected][] = hasData
  ? Object.entries(
      JSON.parse(readFileSync(join(dataFolder, "expected.json"), "utf8")) as Record<string, Expected>,
    ).filter(([name]) => /^tau[12]\//.test(name))
  : [];

test("the recorded data is at hand", ({ skip }) => {
  skip(!hasData, "set AEGIS_DATA to its folder; originals: github.com/sierra-research/tau-bench and tau2-bench");
  expect(expectedByName.length).toBeGreaterThan(0);
});

test.each(expectedByName)("%s", (name, expected) => {
  const { run, trials, notes } = importPack(name);
  const isMerged = name.includes("files merged");
  const key = ({ trial, events }: ImportedTrial) =>
    `${trial.caseId}#${String(isMerged ? trial.attemptIndex : recordedTrialOf(events))}`;
  const keysWhere = (holds: (each: ImportedTrial) => boolean) => trials.filter(holds).map(key).toSorted();

  expect(notes).toMatchObject({ kept: expected.traces, refusedCount: 0 });
  expect(run.cases).toHaveLength(expected.tasks);
  expect(passRates(trials, expected)).toEqual({ pass_hat_k: expected.pass_hat_k, pass_at_k: expected.pass_at_k });
  expect(new Set(trials.map(({ trial }) => `${trial.caseId}#${trial.attemptIndex}`)).size).toBe(expected.traces);
  if (expected.messages === undefined) return;

  const metrics = trials.map(({ trial }) => trial.metrics);
  const calls = metrics.flatMap((each) => each.tools.map(({ tool }) => tool));
  expect({
    successes: metrics.length - keysWhere(hasFailed).length,
    messages: sum(metrics.map((each) => each.messageCount)),
    assistant_tool_calls: sum(metrics.map((each) => each.toolCallCount)),
    tool_error_messages: sum(metrics.map((each) => each.toolErrorCount)),
    traces_with_tool_error: metrics.filter((each) => each.toolErrorCount > 0).length,
    tool_call_counts: countBy(calls),
    repeat_consecutive_ge2: keysWhere((each) => longestIdentical(each) >= 2),
    repeat_consecutive_ge3: keysWhere((each) => longestIdentical(each) >= 3),
    no_progress_repeat_ge2: keysWhere(({ trial }) => trial.metrics.longestRepeat >= 2),
    no_progress_repeat_ge3: keysWhere(({ trial }) => trial.metrics.longestRepeat >= 3),
    retries_right_after_error: sum(metrics.map((each) => each.retryCount)),
    longest_no_progress_run: Math.max(...metrics.map((each) => each.longestRepeat)),
    failed: keysWhere(hasFailed),
  }).toEqual({
    successes: expected.successes,
    messages: expected.messages,
    assistant_tool_calls: expected.assistant_tool_calls,
    tool_error_messages: expected.tool_error_messages,
    traces_with_tool_error: expected.traces_with_tool_error,
    tool_call_counts: expected.tool_call_counts,
    repeat_consecutive_ge2: expected.repeat_consecutive_ge2,
    repeat_consecutive_ge3: expected.repeat_consecutive_ge3,
    no_progress_repeat_ge2: expected.no_progress_repeat_ge2,
    no_progress_repeat_ge3: expected.no_progress_repeat_ge3,
    retries_right_after_error: expected.retries_right_after_error,
    longest_no_progress_run: expected.longest_no_progress_run,
    failed: expected.failed,
  });
});

test.each(expectedByName.filter(([, expected]) => expected.agent_cost_sum !== undefined))(
  "%s: model, cost and finer labels",
  (name, expected) => {
    const { run, trials } = importPack(name);
    const verdicts = trials.flatMap(({ trial }) => trial.verdicts);
    const actions = verdicts.filter((verdict) => verdict.name.startsWith("action_check."));
    expect(run.models).toEqual([expected.model]);
    expect({
      action_checks: actions.length,
      action_checks_unmatched: actions.filter((verdict) => verdict.outcome === "fail").length,
      db_mismatch: verdicts.filter((verdict) => verdict.name === "db_check" && verdict.outcome === "fail").length,
    }).toEqual({
      action_checks: expected.action_checks,
      action_checks_unmatched: expected.action_checks_unmatched,
      db_mismatch: expected.db_mismatch,
    });
    // Each trial's cost is a whole number of micro-USD: at most half of one is lost per trial.
    const costs = trials.map(({ trial }) => trial.metrics.costMicroUsd);
    if (expected.agent_cost_sum === 0) {
      expect(costs, "tokens at no price: unknown, never 0").toEqual(costs.map(() => null));
      return;
    }
    const costUsd = sum(costs.map((cost) => cost ?? Number.NaN)) / 1_000_000;
    expect(Math.abs(costUsd - (expected.agent_cost_sum ?? 0))).toBeLessThanOrEqual(0.5e-6 * trials.length + 0.5e-6);
  },
);

test.skipIf(!hasData)("a trial's logged costs add up to its cost", () => {
  for (const { trial, events } of importPack("tau2/airline50__gpt-4o-2024-11-20.json").trials) {
    const logged = events.flatMap((event) => (event.type === "model.returned" ? [event.costMicroUsd ?? 0] : []));
    expect(sum(logged)).toBe(trial.metrics.costMicroUsd);
  }
});

test.skipIf(!hasData)("imports of the same tasks have the same hashes, other tasks have others", () => {
  const hashes = (name: string) => importPack(name).run.hashes;
  const base = hashes("tau2/airline50__gpt-4o-2024-11-20.json");
  expect(hashes("tau2/airline50__claude-sonnet-4-5-aide.json")).toEqual(base);
  expect(hashes("tau2/retail40__gpt-4.1__base.json").dataset).not.toBe(base.dataset);
});

test.skipIf(!hasData)("tasks of two domains with the same ids are refused", () => {
  const names = ["tau2/airline50__gpt-4o-2024-11-20.json", "tau2/retail40__gpt-4.1__base.json"];
  expect(() => importFiles("tau2", names)).toThrow(
    expect.objectContaining({ code: "import.bad_format", message: expect.stringContaining("asks something else") }),
  );
});

test.skipIf(!hasData)("a task that one file words a little differently is counted together, and said", () => {
  const { notes } = importPack("tau2/retail40__gpt-4o__policy-chloe-gpt5minirefined (3 files merged)");
  expect(notes.remarks).toContain("1 tasks are worded differently in some trials: 100");
});

function importPack(name: string) {
  const [, start] = /^(.*) \(\d+ files merged\)$/.exec(name) ?? [];
  const format = name.startsWith("tau1/") ? "tau1" : "tau2";
  if (start === undefined) return importFiles(format, [name]);
  const parts = readdirSync(join(dataFolder, format)).filter((file) => file.startsWith(`${basename(start)}__trial`));
  return importFiles(
    format,
    parts.toSorted().map((file) => `${format}/${file}`),
  );
}

function importFiles(format: "tau1" | "tau2", names: readonly string[]) {
  return importResults({
    files: names.map((path) => ({ path, bytes: readFileSync(join(dataFolder, path)) })),
    format,
    runName: "recorded",
    makeId: idMaker(fixedClock(0), seededRandom(1)),
    nowMs: 0,
  });
}

function passRates(trials: readonly ImportedTrial[], expected: Expected) {
  const cases = [...Map.groupBy(trials, ({ trial }) => trial.caseId).values()].map((group) => ({
    passed: group.filter((each) => !hasFailed(each)).length,
    total: group.length,
  }));
  const rounded = (value: number | undefined) => (value === undefined ? undefined : Number(value.toFixed(6)));
  const figures = (of: typeof suitePassHatK, ks: Record<string, number>) =>
    Object.fromEntries(Object.keys(ks).map((k) => [k, rounded(of(cases, Number(k))?.value)]));
  return {
    pass_hat_k: figures(suitePassHatK, expected.pass_hat_k),
    pass_at_k: figures(suitePassAtK, expected.pass_at_k),
  };
}

function hasFailed({ trial }: ImportedTrial): boolean {
  return trial.outcome.kind === "scored" && !trial.outcome.isPass;
}

/** Identical calls in a row, whatever came back. */
function longestIdentical({ events }: ImportedTrial): number {
  const calls = toolCalls(events.map((event, seq) => ({ ...event, seq })));
  const keys = calls.map(({ called }) => called.tool + canonicalJson(called.arguments));
  let current = 0;
  return Math.max(0, ...keys.map((key, index) => (current = key === keys[index - 1] ? current + 1 : 1)));
}

function recordedTrialOf(events: ImportedTrial["events"]): unknown {
  const [first] = events;
  return first?.type === "run.started" ? first.attributes?.["recordedTrial"] : undefined;
}

function countBy(names: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
