import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Trial } from "../src/domain/index.ts";
import type { JsonReport } from "../src/eval/report/to-json-report.ts";
import {
  eventually,
  makeProject,
  mustRun,
  processesMentioning,
  ROOT,
  runCli,
  runJson,
  startCli,
  testProject,
  withStore,
} from "./cli-kit.ts";

const trialsOf = (folder: string, { run }: JsonReport): Promise<Trial[]> =>
  withStore(folder, (store) => store.listTrials(run.id as Trial["evalRunId"]));

describe("which cases run, and how often", () => {
  const { folder, remove } = makeProject({
    "evals/mixed/suite.ts": `
import { check, suite } from "aegis";
const checks = [check.answerContains("yes")];
export default suite("mixed", {
  agent: "mixed",
  isolation: "none",
  trials: 1,
  cases: [
    { id: "apple", input: "apple", kind: "regression", tags: ["money"], checks },
    { id: "banana", input: "banana", kind: "capability", tags: ["money", "slow"], checks },
    { id: "cherry", input: "cherry", kind: "capability", checks },
    { id: "date", input: "date", kind: "regression", checks },
  ],
});
`,
    "agents/mixed.ts": `
import { defineAgent } from "aegis";
export default defineAgent({ name: "mixed", version: "1", run: ({ message }) => message === "cherry" ? "no" : "yes" });
`,
  });
  afterAll(remove);
  beforeAll(async () => {
    // A capability case below its bar fails nothing.
    await mustRun(folder, ["eval", "run", "--run", "whole"]);
  });

  test.each([
    { words: ["--case", "apple"], left: ["apple"] },
    { words: ["--case", "*e", "--case", "banana"], left: ["apple", "banana", "date"] },
    { words: ["--case", "apple,cherry"], left: ["apple", "cherry"] },
    { words: ["--tag", "money"], left: ["apple", "banana"] },
    { words: ["--kind", "regression"], left: ["apple", "date"] },
    { words: ["--tag", "money", "--kind", "capability"], left: ["banana"] },
    { words: ["--kind", "capability,regression"], left: ["apple", "banana", "cherry", "date"] },
  ])("$words leaves $left", async ({ words, left }) => {
    const { summary } = await runJson(folder, ["eval", "run", ...words]);
    expect(summary.cases.map(({ id, total }) => [id, total])).toEqual(left.map((id) => [id, 1]));
  });

  test("--failing runs what failed in the last run, --trials as often as told", async () => {
    await runJson(folder, ["eval", "run"]);
    const failing = await runJson(folder, ["eval", "run", "--failing", "--trials", "2"]);
    expect(failing.summary.cases.map(({ id, total }) => [id, total])).toEqual([["cherry", 2]]);
  });

  test.each([
    { percent: "75", exitCode: 0 },
    { percent: "75.1", exitCode: 1 },
    { percent: "100", exitCode: 1 },
  ])("three of four cases pass: --fail-under $percent ends with $exitCode", async ({ percent, exitCode }) => {
    const end = await runCli(folder, ["eval", "run", "--fail-under", percent]);
    expect(end.exitCode).toBe(exitCode);
    const said = `The suite's pass rate is 75.0 %, under the ${percent} % asked for.`;
    expect(end.stdout.includes(said)).toBe(exitCode === 1);
  });
});

test("a regression case below its bar fails the run by itself", async () => {
  const wrong = testProject({
    "evals/one/suite.ts": `
import { suite } from "aegis";
export default suite("one", { kind: "regression", isolation: "none", trials: 1,
data: [{ id: "kept", input: 1, expected: 2 }], task: (input) => String(input), scorers: [({ output, expected }) => Number(output) === expected] });
`,
  });
  const report = await runJson(wrong, ["eval", "run"]);
  expect(report.gate).toMatchObject({
    exitCode: 1,
    reasons: [{ code: "regression-case-failed", caseIds: ["kept"] }],
  });
});

describe("seeds", () => {
  const { folder, remove } = makeProject({
    "evals/dice/suite.ts": `
import { suite } from "aegis";
export default suite("dice", {
  agent: "dice",
  trials: 2,
  cases: [{ id: "one", input: "roll" }, { id: "two", input: "roll" }],
});
`,
    "agents/dice.ts": `
import { defineAgent } from "aegis";
export default defineAgent({ name: "dice", version: "1", run: ({ context }) => String(context.random()) });
`,
  });
  afterAll(remove);

  /** What the agent drew in every trial, and the seed the run says it had. */
  const roll = async (...words: string[]) => {
    const report = await runJson(folder, ["eval", "run", ...words]);
    const drawn = await withStore(folder, async (store) => {
      const trials = await store.listTrials(report.run.id as Trial["evalRunId"]);
      const logs = await Promise.all(
        trials.map(async (each) => [`${each.caseId}#${each.attemptIndex}`, await store.read(each.runId)] as const),
      );
      return Object.fromEntries(
        logs.map(([trial, log]) => [trial, log.find((event) => event.type === "message.sent")?.content]),
      );
    });
    return { drawn, seed: report.run.seed };
  };

  test("the same seed gives the same draws, another seed others; a run tells the seed it drew itself", async () => {
    const first = await roll("--seed", "7");
    expect(first.seed).toBe(7);
    expect(new Set(Object.values(first.drawn)).size, "every trial draws anew").toBe(4);
    expect((await roll("--seed", "7", "--concurrency", "1")).drawn).toEqual(first.drawn);
    const other = await roll("--seed", "8");
    for (const trial of Object.keys(first.drawn)) expect(other.drawn[trial]).not.toBe(first.drawn[trial]);
    const unseeded = await roll();
    expect(unseeded.drawn).not.toEqual(first.drawn);
    expect((await roll("--seed", String(unseeded.seed))).drawn).toEqual(unseeded.drawn);
  });
});

test("--budget-usd stops the run with exit 2 once the money is spent, and --resume goes on", async () => {
  const folder = testProject({
    "aegis.config.ts":
      'export default { prices: { "scripted/dear": { inputMicroUsd: 100_000_000, outputMicroUsd: 0 } } };',
    "evals/dear/suite.ts": `
import { suite } from "aegis";
export default suite("dear", { agent: "dear", trials: 3, cases: [{ id: "one", input: "hi" }, { id: "two", input: "hi" }] });
`,
    "agents/dear.ts": `
import { defineAgent } from "aegis";
import { scripted } from "aegis/model";
import { ToolLoopAgent } from "ai";
const model = scripted({ id: "dear", usage: { inputTokens: 1_000, outputTokens: 1 }, rules: [{ then: { say: "yes" } }] });
export default defineAgent({ name: "dear", version: "1", agent: new ToolLoopAgent({ model }) });
`,
  });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  // A trial costs 0.10: the third takes the run over 0.25.
  const stopped = await runCli(folder, ["eval", "run", "--budget-usd", "0.25", "--concurrency", "1", "--json"]);
  expect(stopped.exitCode).toBe(2);
  expect(stopped.stderr).toContain("the budget is spent. Go on with: aegis eval run --suite dear --resume");
  const report = JSON.parse(stopped.stdout) as JsonReport;
  expect(report.run.status).toBe("interrupted");
  expect(report.summary.suite).toMatchObject({ costMicroUsd: 300_000, trials: { asked: 6, scored: 3, missing: 3 } });
  expect(report.gate.reasons.map(({ code }) => code)).toEqual(["unfinished"]);
  const before = await trialsOf(folder, report);
  const resumed = await runJson(folder, ["eval", "run", "--resume"]);
  expect(resumed.run).toMatchObject({ id: report.run.id, status: "finished" });
  expect(resumed.summary.suite).toMatchObject({ costMicroUsd: 600_000, trials: { scored: 6, missing: 0 } });
  expect(resumed.gate.exitCode).toBe(0);
  expect(await trialsOf(folder, resumed)).toEqual(expect.arrayContaining(before));
});

const SLOW = {
  "evals/slow/suite.ts": `
import { suite } from "aegis";
export default suite("slow", {
  trials: 2,
  data: Array.from({ length: 12 }, (_, index) => ({ input: String(index) })),
  task: async (input) => {
    await new Promise((done) => setTimeout(done, Number(input) < 2 ? 10 : 30_000));
    return input;
  },
});
`,
};

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s keeps finished trials, says how to go on, and leaves no process",
  async (signal) => {
    const folder = testProject(SLOW);
    const child = startCli(folder, ["eval", "run", "--run", "stopped"]);
    let stderr = "";
    child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const exited = new Promise<number | null>((done) => child.once("close", done));
    await eventually(() => stderr.includes("24 trials"));
    const finished = () =>
      withStore(folder, async (store) => {
        const run = await store.findEvalRun("stopped");
        return run ? store.listTrials(run.id) : [];
      });
    let before: Trial[] = [];
    while (before.length < 4) before = await finished();
    const stoppedAtMs = performance.now();
    child.kill(signal);
    expect(await exited, "not measured is exit code 2").toBe(2);
    expect(performance.now() - stoppedAtMs, "trials under way are not waited for").toBeLessThan(10_000);
    expect(stderr).toContain(`${signal} received`);
    expect(stderr).toContain(
      "stopped is not finished: it was interrupted. Go on with: aegis eval run --suite slow --resume",
    );
    const after = await finished();
    expect(after).toEqual(expect.arrayContaining(before));
    expect(after.every(({ outcome }) => outcome.kind === "scored")).toBe(true);
    expect((await runJson(folder, ["eval", "show", "stopped"])).run.status).toBe("interrupted");
    expect(processesMentioning(folder)).toEqual([]);
  },
);
