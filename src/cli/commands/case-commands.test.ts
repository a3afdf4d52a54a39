import { expect, test } from "vitest";
import { makeFolder, runCli } from "../run-cli.test-kit.ts";

const PROJECT = {
  "agents/a.ts":
    'import { defineAgent } from "aegis"; export default defineAgent({ name: "a", version: "1", run: () => "hi" });',
  "evals/one/suite.yaml": `name: one
agent: a
trials: 4
isolation: none
checks: [{ toolsAllowed: [orders.get] }]
cases: ["./cases/*.yaml"]
`,
  "evals/one/cases/plain.yaml": "id: plain\ninput: hello\n",
  "evals/one/cases/full.yaml": `id: full
why: "It once \\e[31mfailed"
kind: regression
tags: [money, slow]
input: [{ user: first }, { user: second }]
user: { id: ann, grants: [refund] }
trials: 7
world:
  state: { shop: ./shop.json }
  clock: 2026-11-02T10:00:00Z
  approvals: [{ tool: refund.issue, decision: approved, by: bob }]
checks:
  - never: { tool: refund.issue, unless: approval }
  - judge: { rubric: Is it kind?, min: 0.8 }
`,
  "evals/one/cases/shop.json": '{"orders":{}}',
  "evals/two/suite.yaml": "name: two\nagent: a\ntags: [money]\ncases: [{ id: plain, input: hi }]\n",
};

const lines = (text: string) =>
  text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as { suite: string; id: string }]));

test.each([
  { words: [], expected: ["one/full", "one/plain", "two/plain"] },
  { words: ["--suite", "one"], expected: ["one/full", "one/plain"] },
  { words: ["--tag", "money"], expected: ["one/full", "two/plain"] },
  { words: ["--tag", "slow,other"], expected: ["one/full"] },
  { words: ["--kind", "capability", "--suite", "one"], expected: ["one/plain"] },
])("lists the cases of $words", async ({ words, expected }) => {
  const folder = makeFolder(PROJECT);
  const end = await runCli(["case", "list", "--json", ...words], { cwd: folder.path });
  expect(lines(end.stdout).map(({ suite, id }) => `${suite}/${id}`)).toEqual(expected);
  expect(end.exitCode).toBe(0);
});

test("lists what it can, and names the file that it cannot read", async () => {
  const folder = makeFolder({ ...PROJECT, "evals/bad/suite.yaml": "name: bad\n" });
  const end = await runCli(["case", "list"], { cwd: folder.path });
  expect(end.stdout).toMatch(/^one {2}full {3}regression {2}7 trials {2}3 checks {2}money slow$/m);
  expect(end.stderr).toContain("evals/bad/suite.yaml cannot be read: suite.bad_file");
  expect(end.exitCode).toBe(65);
});

test.each([
  {
    words: ["--tag", "mony"],
    says: 'no case of 3 fits; none has the tag "mony", did you mean "money"? There are: money, slow',
  },
  { words: ["--tag", "slow", "--suite", "two"], says: 'no case of 1 fits; none has the tag "slow"; there are: money' },
  { words: ["--tag", "money", "--kind", "capability", "--suite", "one"], says: "no case of 2 fits" },
])("says why $words lists nothing", async ({ words, says }) => {
  const folder = makeFolder(PROJECT);
  const end = await runCli(["case", "list", ...words], { cwd: folder.path });
  expect(end).toEqual({ exitCode: 0, stdout: "", stderr: `${says}\n` });
});

test("one of a thing is not several", async () => {
  const folder = makeFolder({
    ...PROJECT,
    "evals/one/suite.yaml":
      "name: one\nagent: a\ntrials: 1\nchecks: [permissions]\ncases: [{ id: plain, input: hi }]\n",
  });
  const list = await runCli(["case", "list", "--suite", "one"], { cwd: folder.path });
  expect(list.stdout).toMatch(/ 1 trial +1 check$/m);
  const plan = await runCli(["eval", "plan", "--suite", "one"], { cwd: folder.path });
  expect(plan.stdout).toContain("one: 1 case, 1 trial, isolation");
  expect(plan.stdout).toContain("1 trial, 1 check\n");
});

test("shows a case as it will be run", async () => {
  const folder = makeFolder(PROJECT);
  const end = await runCli(["case", "show", "full"], { cwd: folder.path });
  expect(end.stderr).toBe("");
  expect(end.stdout).toMatchInlineSnapshot(`
    "full
      suite       one  (evals/one/cases/full.yaml)
      agent       a  (agents/a.ts)
      kind        regression, passes when at least 100 % of its trials do
      trials      7 at isolation none, each at most 120 s
      why         It once \\u001b[31mfailed
      tags        money, slow
      user        ann, may refund
      clock       starts at 2026-11-02T10:00:00Z
      state shop  {"orders":{}}
      approvals   refund.issue: approved by bob

    Conversation
      user: first
      user: second

    What must hold
      The agent answers every turn.
      It calls no tool other than orders.get.  (suite)
      It never calls refund.issue unless a person approved it first.
      A judge gives at least 0.8 over 3 passes by Is it kind?.
    "
  `);
});

test("fills in defaults", async () => {
  const folder = makeFolder(PROJECT);
  const end = await runCli(["case", "show", "plain", "--suite", "one", "--json"], { cwd: folder.path });
  expect(JSON.parse(end.stdout)).toMatchObject({
    suite: "one",
    file: "evals/one/cases/plain.yaml",
    kind: "capability",
    trials: 4,
    passRate: 0.5,
    timeoutMs: 120_000,
    input: [{ user: "hello" }],
    checks: [{ from: "suite", name: "toolsAllowed" }],
  });
});

test.each([
  {
    why: "a case nobody has",
    words: ["nope"],
    exitCode: 66,
    says: 'case.not_found: no case of 3 is called "nope"; there are: full, plain\n',
  },
  {
    why: "a slip",
    words: ["plian"],
    exitCode: 66,
    says: 'called "plian", did you mean "plain"? There are: full, plain\n',
  },
  {
    why: "an id of two suites",
    words: ["plain"],
    exitCode: 64,
    says: "is in the suites one, two: name one with --suite",
  },
  { why: "no id", words: [], exitCode: 64, says: "missing argument ID" },
  { why: "an unknown suite", words: ["plain", "--suite", "three"], exitCode: 66, says: "suite.not_found" },
])("refuses $why", async ({ words, exitCode, says }) => {
  const folder = makeFolder(PROJECT);
  const end = await runCli(["case", "show", ...words], { cwd: folder.path });
  expect(end).toMatchObject({ exitCode, stdout: "" });
  expect(end.stderr).toContain(says);
});
