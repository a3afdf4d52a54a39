import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { seededRandom } from "../../kernel/index.ts";
import type { GapReport } from "./gap-report.ts";
import { measureGap } from "./measure-gap.ts";
import { hasTauData, tauLogs } from "./tau-logs.test-kit.ts";

interface Reference {
  readonly evals: string;
  readonly production: string;
  readonly distances: Readonly<Record<string, number>>;
  readonly toolsOnlyInProduction: Readonly<Record<string, number>>;
}

// Frozen from reference/tau2_gap.py (Python 3.11, standard library), which reads the files itself.
const REFERENCES = JSON.parse(
  readFileSync(join(import.meta.dirname, "reference/tau2-gap.json"), "utf8"),
) as Reference[];

test("the recorded data is at hand", ({ skip }) => {
  skip(!hasTauData, "set AEGIS_DATA to its folder; originals: github.com/sierra-research/tau2-bench");
  expect(REFERENCES.length).toBeGreaterThan(3);
});

test.skipIf(!hasTauData).each(REFERENCES)("$evals against $production", (reference) => {
  const report = measureGap({ evals: tauLogs(reference.evals), production: tauLogs(reference.production), draws: 25 });
  for (const [name, expected] of Object.entries(reference.distances)) {
    expect(gapOf(report, name).distance, name).toBeCloseTo(expected, 9);
  }
  const called = report.uncovered.flatMap(({ condition, runCount }) => {
    const tool = /^tool (\S+) is called$/.exec(condition)?.[1];
    return tool === undefined ? [] : [[tool, runCount] as const];
  });
  expect(Object.fromEntries(called)).toEqual(reference.toolsOnlyInProduction);
});

test.skipIf(!hasTauData)("another model lights up what a model changes, and nothing of the prompt", () => {
  const report = measureGap({
    evals: tauLogs("retail40__gpt-4.1__base.json"),
    production: tauLogs("retail40__gpt-4.1__sft.json"),
  });
  expect(distinguishable(report)).toEqual(["model", "model latency", "run duration"]);
  expect(gapOf(report, "model").excess).toBe(1);
  expect(gapOf(report, "system prompt").distance).toBe(0);
  expect(gapOf(report, "tools offered").status).toBe("not told");
});

test.skipIf(!hasTauData)("another policy lights up the prompt, though four cases tell of little else", () => {
  const report = measureGap({
    evals: tauLogs("airline4x4__grok-3__policy-base.json"),
    production: tauLogs("airline4x4__grok-3__policy-tight.json"),
  });
  expect(distinguishable(report)).toEqual(["system prompt"]);
  expect(report.evals).toEqual({ runCount: 16, clusterCount: 4 });
});

test.skipIf(!hasTauData)("another domain and model light up tools, errors and prompt", () => {
  const report = measureGap({
    evals: tauLogs("retail40__gpt-4.1__base.json"),
    production: tauLogs("airline50__qwen2.5-7b__even-tasks.json"),
  });
  expect(distinguishable(report)).toEqual(
    expect.arrayContaining(["model", "system prompt", "tools called", "tool arguments", "tool errors"]),
  );
  for (const name of ["language", "emoji", "answer source", "typing noise", "user pace"]) {
    expect(gapOf(report, name).isDistinguishable, name).toBe(false);
  }
  expect(report.index.value).toBeLessThan(75);
});

const SPLITS = 40;

test.skipIf(!hasTauData)(
  "two halves of one file are as good as never told apart",
  () => {
    const logs = tauLogs("retail40__gpt-4.1__base.json");
    let findings = 0;
    let tests = 0;
    let small = 0;
    const indexes: number[] = [];
    for (let split = 0; split < SPLITS; split += 1) {
      const { evals, production } = halves(logs, split);
      const report = measureGap({ evals, production, draws: 100, seed: split });
      const measured = report.dimensions.filter(({ status, distance }) => status === "measured" && distance !== 0);
      findings += report.index.isDistinguishable ? 1 : 0;
      tests += measured.length;
      small += measured.filter(({ pValue }) => pValue! <= 0.05).length;
      indexes.push(report.index.value!);
    }
    // Any finding at all: at most 5 % of splits, and two standard deviations of 40 of them.
    expect(findings / SPLITS).toBeLessThanOrEqual(0.05 + 2 * Math.sqrt((0.05 * 0.95) / SPLITS));
    // Single dimensions, before any correction: nominal 5 %; discrete ones stay below it.
    expect(small / tests).toBeLessThan(0.07);
    expect(small / tests).toBeGreaterThan(0.01);
    const mean = indexes.reduce((sum, each) => sum + each, 0) / SPLITS;
    expect(mean).toBeGreaterThan(97);
    expect(mean).toBeLessThan(99.5);
  },
  120_000,
);

function halves<Item>(items: readonly Item[], seed: number) {
  const random = seededRandom(seed);
  const shuffled = items.map((item) => ({ item, place: random() })).toSorted((left, right) => left.place - right.place);
  const half = Math.floor(items.length / 2);
  const sorted = shuffled.map(({ item }) => item);
  return { evals: sorted.slice(0, half), production: sorted.slice(half) };
}

function gapOf(report: GapReport, name: string) {
  const found = report.dimensions.find((each) => each.name === name);
  if (!found) throw new Error(`no dimension ${name}`);
  return found;
}

function distinguishable(report: GapReport): string[] {
  return report.dimensions.filter(({ isDistinguishable }) => isDistinguishable === true).map(({ name }) => name);
}
