import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GraduationReport, ReviewReport, TrendReport } from "../src/eval/lifecycle/index.ts";
import { dataFolder, makeProject, mustRun, runCli, runJson, WITHOUT_DATA } from "./cli-kit.ts";

const agent = (version: string, failed: string) => `
import { defineAgent } from "aegis";
export default defineAgent({
  name: "fruit",
  version: "${version}",
  run: async ({ message, context }) => {
    await context.boundary.tool({ tool: "look", callId: "1", arguments: { message }, execute: () => "done" });
    return message.includes("${failed}") ? "no" : "yes";
  },
});
`;

const APPLES =
  '# Apples are asked for most.\nid: apples   # never rename\nkind:   capability # learning\nwhy: >-\n  Sold a pear\n  for an apple.\ninput: "Do you have apples?"\n';
const PEARS = '{\n  "id": "pears",\n  "input": "Do you have pears?"\n}\n';

const FILES = {
  "agents/one.ts": agent("1", "figs"),
  "agents/two.ts": agent("2", "figs"),
  "agents/three.ts": agent("3", "nothing"),
  "evals/fruit/suite.yaml":
    "name: fruit\nagent: one\nchecks:\n  - answerContains: yes\ncases:\n  - cases/*.yaml\n  - cases/*.json\n",
  "evals/fruit/cases/apples.yaml": APPLES,
  "evals/fruit/cases/pears.json": PEARS,
  "evals/fruit/cases/figs.yaml": 'id: figs\r\ninput: "Do you have figs?"\r\n',
  "evals/fruit/cases/plums.yaml":
    'id: plums\nkind: regression\ninput: "Do you have plums?"\nchecks:\n  - never: { tool: sell }\n',
  "evals/coded/suite.ts": `
import { check, suite } from "aegis";
export default suite("coded", {
  agent: "one",
  checks: [check.answerContains("yes")],
  cases: [
    { id: "kiwis", input: "kiwis?" },
    { id: "limes", kind: "capability", input: "limes?" },
    ...["a", "b"].map((id) => ({ id, input: id })),
  ],
});
`,
};

interface Graduation extends GraduationReport {
  readonly patch: string;
  readonly written: readonly string[];
  readonly byHand: readonly { readonly id: string; readonly advice: string }[];
}

const { folder, remove } = makeProject(FILES);
afterAll(remove);
const file = (path: string) => readFileSync(join(folder, path), "utf8");
const git = (...words: string[]) =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...words], {
    cwd: folder,
    encoding: "utf8",
  });
const graduate = (...words: string[]) =>
  runJson<Graduation>(folder, ["case", "graduate", "--suite", "fruit", "--min-rate", "0.5", ...words]);

beforeAll(async () => {
  writeFileSync(join(folder, ".gitignore"), ".aegis\nnode_modules\n");
  git("init", "--quiet");
  git("add", "-A");
  git("commit", "--quiet", "-m", "begin");
  for (const name of ["one", "two", "three"]) {
    await runCli(folder, ["eval", "run", "--suite", "fruit", "--agent", name, "--run", name, "--isolation", "none"]);
  }
  await runCli(folder, ["eval", "run", "--suite", "coded", "--run", "coded", "--isolation", "none", "--trials", "10"]);
});

test("what graduates is told with its reasons, and nothing is written", async () => {
  const report = await graduate();
  expect(report.versions).toEqual(["1", "2", "3"]);
  expect(Object.fromEntries(report.cases.map(({ id, decision }) => [id, decision]))).toEqual({
    apples: "graduates",
    figs: "below the bar",
    pears: "graduates",
    plums: "is regression",
  });
  expect(report.written).toEqual([]);
  expect(git("status", "--porcelain")).toBe("");
  const told = await runCli(folder, ["case", "graduate", "--suite", "fruit"]);
  expect(told.stdout).toContain(
    "Too few trials (2)\n  apples: passed 9 of 9 over 3 versions, 95 % interval 70.1 to 100 %",
  );
  expect(told.stdout).toContain("26 more trials, all of them passing, would reach it");
  expect(told).toMatchObject({ exitCode: 0, stderr: "" });
});

test("the patch and --write do the same, and move one word", async () => {
  await graduate("--patch", join(folder, ".aegis", "graduate.patch"));
  git("apply", ".aegis/graduate.patch");
  const patched = { apples: file("evals/fruit/cases/apples.yaml"), pears: file("evals/fruit/cases/pears.json") };
  git("checkout", "--quiet", ".");
  const { written } = await graduate("--write");
  expect(written.toSorted()).toEqual(["evals/fruit/cases/apples.yaml", "evals/fruit/cases/pears.json"]);
  expect(file("evals/fruit/cases/apples.yaml")).toBe(APPLES.replace("capability", "regression"));
  expect(file("evals/fruit/cases/pears.json")).toBe(PEARS.replace('"pears",', '"pears",\n  "kind": "regression",'));
  expect(patched).toEqual({
    apples: file("evals/fruit/cases/apples.yaml"),
    pears: file("evals/fruit/cases/pears.json"),
  });
  // Its history is still its own: the kind is no part of what was asked.
  const again = await graduate();
  expect(again.cases.find(({ id }) => id === "apples")).toMatchObject({
    decision: "is regression",
    pooled: { total: 9 },
  });
  git("checkout", "--quiet", ".");
});

test("cases made by code are edited by hand, at the place named", async () => {
  const words = ["case", "graduate", "--suite", "coded", "--min-rate", "0.5", "--versions", "1", "--write"];
  const { byHand, written } = await runJson<Graduation>(folder, words);
  expect(written).toEqual([]);
  expect(Object.fromEntries(byHand.map(({ id, advice }) => [id, advice]))).toEqual({
    kiwis: 'evals/coded/suite.ts:7: add kind: "regression" beside id: "kiwis"',
    limes: 'evals/coded/suite.ts:8: change kind: "capability" to kind: "regression"',
    a: 'evals/coded/suite.ts: give the case "a" kind: "regression" where the code makes it',
    b: 'evals/coded/suite.ts: give the case "b" kind: "regression" where the code makes it',
  });
  expect(git("status", "--porcelain")).toBe("");
});

test("no case is made a capability case again", async () => {
  const end = await runCli(folder, ["case", "graduate", "--suite", "fruit", "--to", "capability", "--write"]);
  expect(end).toMatchObject({ exitCode: 65, stdout: "" });
  expect(end.stderr).toContain("case.no_demotion");
});

test("a case that was changed since it ran has no history", async () => {
  writeFileSync(join(folder, "evals/fruit/cases/apples.yaml"), APPLES.replace("have apples", "sell apples"));
  const { cases } = await graduate();
  expect(cases.find(({ id }) => id === "apples")?.decision).toBe("changed since");
  git("checkout", "--quiet", ".");
});

test("the trend compares versions on the same cases", async () => {
  const trend = await runJson<TrendReport>(folder, ["eval", "trend", "--suite", "fruit"]);
  expect(trend.groups.map(({ label }) => label)).toEqual(["1", "2", "3"]);
  expect(trend.steps.map(({ difference }) => difference?.mean)).toEqual([0, 0.25]);
  expect(trend.overall?.verdict).toBe("no difference shown");
  const { stdout, exitCode } = await runCli(folder, ["eval", "trend", "--suite", "fruit"], { COLUMNS: "90" });
  expect(exitCode).toBe(0);
  expect(stdout).toContain("No difference shown: from 1 to 3");
  expect(stdout).not.toContain("\u001b");
});

test("the review finds what names a tool that is gone, and its patch holds comments only", async () => {
  const patch = join(folder, ".aegis", "review.patch");
  const words = ["eval", "review", "--suite", "fruit", "--patch", patch];
  const report = await runJson<ReviewReport>(folder, words);
  expect(report).toMatchObject({ caseCount: 4, trialCount: 36 });
  expect(report.findings.filter(({ finding }) => finding === "no signal").map(({ caseId }) => caseId)).toEqual([
    "apples",
    "pears",
    "plums",
  ]);
  expect(report.notExamined.join("\n")).toContain("no production traces");
  if (existsSync(patch) && readFileSync(patch, "utf8") !== "")
    git("apply", "--whitespace=nowarn", ".aegis/review.patch");
  const changed = git("diff", "--unified=0")
    .split("\n")
    .filter((line) => /^[+-](?![+-])/.test(line));
  expect(changed.every((line) => /^\+# review\([a-z ]+\): /.test(line))).toBe(true);
  git("checkout", "--quiet", ".");
});

test("production that is given is compared with", async () => {
  const lines = Array.from({ length: 25 }, (_, index) =>
    JSON.stringify({ input: `Do you have ${index} apples?`, tools: ["look"] }),
  );
  writeFileSync(join(folder, ".aegis", "production.jsonl"), lines.join("\n"));
  const words = ["eval", "review", "--suite", "fruit", "--production", ".aegis/production.jsonl"];
  expect((await runJson<ReviewReport>(folder, words)).notExamined.join()).not.toContain("production");
  writeFileSync(join(folder, ".aegis", "production.jsonl"), "{}\n");
  const bad = await runCli(folder, words);
  expect(bad.exitCode).toBe(64);
  expect(bad.stderr).toContain("production.jsonl:1 is no");
});

test.each([
  { words: ["eval", "trend", "--suite", "nowhere"], exitCode: 66, code: "suite.not_found" },
  { words: ["eval", "trend", "--suite", "fruit", "--agent", "nobody"], exitCode: 66, code: "eval.unknown_run" },
  { words: ["eval", "trend", "--suite", "fruit", "--from", "9"], exitCode: 64, code: "cli.usage" },
  { words: ["case", "graduate", "--suite", "fruit", "--case", "aples"], exitCode: 66, code: "case.not_found" },
  { words: ["case", "graduate", "--suite", "fruit", "--min-rate", "95"], exitCode: 64, code: "cli.usage" },
])("$words is refused with $code", async ({ words, exitCode, code }) => {
  const end = await runCli(folder, words);
  expect(end.exitCode).toBe(exitCode);
  expect(end.stderr).toContain(code);
});

describe.skipIf(WITHOUT_DATA)(`results that were imported${WITHOUT_DATA}`, () => {
  const { folder, remove } = makeProject({});
  afterAll(remove);
  beforeAll(async () => {
    for (const name of ["base", "sft"]) {
      const path = join(dataFolder() ?? "", `tau2/retail40__gpt-4.1__${name}.json`);
      await mustRun(folder, ["eval", "import", path, "--format", "tau2", "--run", name]);
    }
  });

  test("trend, review and graduation work by run, without a file of the suite", async () => {
    const trend = await runJson<TrendReport>(folder, ["eval", "trend", "--suite", "retail", "--by", "run"]);
    expect(trend.overall).toMatchObject({
      from: "sft",
      to: "base",
      sharedCaseCount: 40,
      verdict: "no difference shown",
    });
    const review = await runJson<ReviewReport>(folder, ["eval", "review", "--suite", "retail", "--by", "run"]);
    expect(review.findings.every(({ isShown }) => !isShown)).toBe(true);
    const words = [
      "case",
      "graduate",
      "--suite",
      "retail",
      "--by",
      "run",
      "--versions",
      "2",
      "--min-rate",
      "0.3",
      "--write",
    ];
    const { cases, byHand } = await runJson<Graduation>(folder, words);
    const count = cases.filter(({ decision }) => decision === "graduates").length;
    expect(count).toBe(28);
    expect(byHand).toHaveLength(count);
    expect(byHand[0]?.advice).toContain("known from its runs only");
  });

  test("one prompt for both recordings: nothing to compare by it", async () => {
    const { exitCode, stdout } = await runCli(folder, ["eval", "trend", "--suite", "retail", "--by", "prompt"]);
    expect(stdout).toContain("There is one prompt only");
    expect(exitCode).toBe(2);
  });
});
