import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { AgentSuiteOptions } from "../define/define-suite.ts";
import { loadSuiteFile } from "./load-suite.ts";

const HEAD = "name: shop\nagent: support\n";
const CASE = "id: a\ninput: Hello\n";

function load(files: Readonly<Record<string, string>>, file = Object.keys(files)[0] ?? "") {
  const folder = mkdtempSync(join(tmpdir(), "aegis-load-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const loaded = loadSuiteFile(join(folder, file), (name) => ({ kind: "file", file: join(folder, "agent.ts"), name }));
  return loaded.catch((error: Error) => {
    throw Object.assign(error, { message: error.message.replaceAll(`${folder}/`, "") });
  });
}

test("a bare name is a check without options, in suites, in their cases, and in case files", async () => {
  const [loaded] = await load({
    "suite.yaml": `${HEAD}checks:\n  - permissions\n  - retriesAtMost: 3\ncases:\n  - ./one.yaml\n  - id: b\n    input: Hi\n    checks: [doesNotEscalate]\n`,
    "one.yaml": `${CASE}checks:\n  - escalates\n  - judge: { rubric: be kind }\n`,
  });
  expect(loaded?.checks).toEqual([{ permissions: {} }, { retriesAtMost: 3 }]);
  expect(loaded?.cases.map(({ checks }) => checks)).toEqual([
    [{ escalates: {} }, { judge: { rubric: "be kind" } }],
    [{ doesNotEscalate: {} }],
  ]);
});

const suiteOf = (checks: string) => ({ "suite.yaml": `${HEAD}cases: [{ id: a, input: Hello }]\nchecks:\n${checks}` });
const caseOf = (checks: string) => ({
  "suite.yaml": `${HEAD}cases: ./one.yaml\n`,
  "one.yaml": `${CASE}checks:\n${checks}`,
});

test.each([
  {
    why: "an unknown check of a suite",
    files: suiteOf("  - permissions\n  - escalate\n"),
    code: "check.unknown",
    message: 'suite.yaml:6: checks.1: there is no check "escalate", did you mean "escalates"?',
  },
  {
    why: "an unknown check of a case",
    files: caseOf("  - escalates\n  - nevr:\n      tool: a\n"),
    code: "check.unknown",
    message: 'one.yaml:5: checks.1: there is no check "nevr", did you mean "never"?',
  },
  {
    why: "a mistyped judge",
    files: caseOf("  - jugde: { rubric: be kind }\n"),
    code: "check.unknown",
    message: 'one.yaml:4: checks.0: there is no check "jugde", did you mean "judge"?',
  },
  {
    why: "an unknown check of a case within a suite",
    files: {
      "suite.yaml": `${HEAD}cases:\n  - id: a\n    input: Hello\n    checks:\n      - escalates\n      - stateSQl: 1\n`,
    },
    code: "check.unknown",
    message: 'suite.yaml:8: cases.0.checks.1: there is no check "stateSQl", did you mean "stateSql"?',
  },
  {
    why: "a bad option",
    files: caseOf("  - escalates\n\n  - never: { tool: a,\n      unles: approval }\n"),
    code: "check.bad_spec",
    message: 'one.yaml:6: checks.1: never: "unles" is not an option, did you mean "unless"?',
  },
  {
    why: "SQL that is none",
    files: caseOf('  - stateSql: { sql: "SELEC 1", equals: 1 }\n'),
    code: "check.bad_spec",
    message: 'one.yaml:4: checks.0: stateSql: sql: near "SELEC": syntax error',
  },
  {
    why: "SQL that was cut off",
    files: suiteOf('  - stateSql: { sql: "SELECT count(*) FROM", equals: 1 }\n'),
    code: "check.bad_spec",
    message: "suite.yaml:5: checks.0: stateSql: sql: incomplete input",
  },
  {
    why: "a function that SQLite does not have",
    files: suiteOf('  - stateSql: { sql: "SELECT totl(1)", equals: 1 }\n'),
    code: "check.bad_spec",
    message: "suite.yaml:5: checks.0: stateSql: sql: no such function: totl",
  },
  {
    why: "a bare name whose check needs options",
    files: suiteOf("  - never\n"),
    code: "check.bad_spec",
    message: "suite.yaml:5: checks.0: never: tool: expected string, but it is missing",
  },
  {
    why: "neither a name nor an object",
    files: suiteOf("  - escalates\n  - 5\n"),
    code: "suite.bad_file",
    message: "suite.yaml:6: checks.1: expected a check: its name, or its name with options",
  },
  {
    why: "a check behind an alias",
    files: { "suite.yaml": `${HEAD}cases: [{ id: a, input: Hello, checks: &all [\n  escalate] }]\nchecks: *all\n` },
    code: "check.unknown",
    message: 'suite.yaml:5: checks.0: there is no check "escalate", did you mean "escalates"?',
  },
])("$why is told with its line", async ({ files, code, message }) => {
  await expect(load(files)).rejects.toMatchObject({ code, message });
});

const oneCase = (text: string) => ({ "suite.yaml": `${HEAD}cases: ./one.yaml\n`, "one.yaml": text });
const KEYS =
  "id, why, kind, tags, from, input, simulatedUser, history, user, world, expected, metadata, trials, checks, pass, timeoutMs";

test.each([
  {
    why: "a mistyped key",
    files: oneCase("id: a\ninput: Hello\nchekcs: []\n"),
    message: 'one.yaml:3: there is no key "chekcs", did you mean "checks"?',
  },
  {
    why: "a mistyped key, before the one that it was meant to be",
    files: oneCase("id: a\ninputt: Hello\n"),
    message: 'one.yaml:2: there is no key "inputt", did you mean "input"?',
  },
  {
    why: "a mistyped key whose value begins on the next line",
    files: oneCase("id: a\ninput: Hello\nchekcs:\n\n  - escalates\n"),
    message: 'one.yaml:3: there is no key "chekcs", did you mean "checks"?',
  },
  {
    why: "a key like no other",
    files: oneCase("id: a\ninput: Hello\nzzz: 1\n"),
    message: `one.yaml:3: there is no key "zzz"; there are ${KEYS}`,
  },
  { why: "a missing key", files: oneCase("input: Hello\n"), message: "one.yaml:1: id is missing" },
  {
    why: "a missing key further down",
    files: oneCase("id: a\ninput: Hello\nworld:\n  approvals:\n    - { tool: a, decision: denied }\n"),
    message: "one.yaml:5: world.approvals.0.by is missing",
  },
  {
    why: "a turn nobody knows",
    files: oneCase("id: a\ninput:\n  - user: Hello\n  - usr: Hi\n"),
    message: 'one.yaml:4: input.1: there is no key "usr", did you mean "user"?',
  },
  {
    why: "a turn like no other",
    files: oneCase("id: a\ninput: [{ zzz: Hi }]\n"),
    message: 'one.yaml:2: input.0: there is no key "zzz"; there are user, system, data',
  },
  {
    why: "a turn of two sorts",
    files: oneCase("id: a\ninput: [{ user: Hi, system: Ho }]\n"),
    message:
      'one.yaml:2: input.0: expected text or an object with user or an object with system or an object with data, got {"user":"Hi","system":"Ho"}',
  },
  {
    why: "no conversation",
    files: oneCase("id: a\ninput: 5\n"),
    message: "one.yaml:2: input: expected text or a list, got 5",
  },
  {
    why: "a text for a number",
    files: oneCase("id: a\ninput: Hello\ntrials: many\n"),
    message: 'one.yaml:3: trials: expected a whole number from 1 to 1000, got "many"',
  },
  {
    why: "a fraction for a whole number",
    files: oneCase("id: a\ninput: Hello\ntrials: 1.5\n"),
    message: "one.yaml:3: trials: expected a whole number from 1 to 1000, got 1.5",
  },
  {
    why: "a word that is no choice",
    files: oneCase("id: a\ninput: Hello\nkind: regresion\n"),
    message:
      'one.yaml:3: kind: expected one of "capability", "regression", got "regresion", did you mean "regression"?',
  },
  { why: "an empty text", files: oneCase('id: ""\ninput: Hello\n'), message: "one.yaml:1: id: must not be empty" },
  {
    why: "a time that is none",
    files: oneCase("id: a\ninput: Hello\nworld: { clock: tomorrow }\n"),
    message: 'one.yaml:3: world.clock: expected a time such as 2026-11-02T10:00:00Z, got "tomorrow"',
  },
  { why: "an empty file", files: oneCase(""), message: /^one.yaml:1: expected an object with id, .*, got null$/ },
  {
    why: "a mistyped key of a suite",
    files: { "suite.yaml": "name: shop\nagnet: support\ncases: ./a.yaml\n" },
    message: 'suite.yaml:2: there is no key "agnet", did you mean "agent"?',
  },
  {
    why: "a mistyped key of a case within a suite",
    files: { "suite.yaml": `${HEAD}cases:\n  - ./a.yaml\n  - id: b\n    inptu: Hi\n` },
    message: 'suite.yaml:6: cases.1: there is no key "inptu", did you mean "input"?',
  },
  {
    why: "a mistyped key of a suite's model",
    files: { "suite.yaml": `${HEAD}cases: ./a.yaml\nmodel: { scirpt: ./model.yaml }\n` },
    message: 'suite.yaml:4: model: there is no key "scirpt", did you mean "script"?',
  },
  {
    why: "an address that is none",
    files: { "suite.yaml": `${HEAD}cases: ./a.yaml\nmodel: { baseUrl: localhost }\n` },
    message: 'suite.yaml:4: model.baseUrl: expected an address such as http://127.0.0.1:8080/v1, got "localhost"',
  },
])("$why is told in words", async ({ files, message }) => {
  await expect(load(files)).rejects.toMatchObject({
    code: expect.stringMatching(/^(case|suite)\.bad_file$/),
    message: typeof message === "string" ? message : expect.stringMatching(message),
  });
});

test("a slip in a TypeScript suite is told in the same words", async () => {
  const define = (name: string, options: unknown) =>
    `globalThis[Symbol.for("aegis.suites")].push(${JSON.stringify({ name, options })});`;
  await load({ "suite.mjs": define("first", { agent: "a", cases: [{ id: "a", input: "b" }] }) });
  for (const [options, message] of [
    [{ agent: "a", cases: [{ id: "a", inptu: "b" }] }, 'cases.0: there is no key "inptu", did you mean "input"?'],
    [{ agent: "a", cases: [{ id: "a", input: "b" }], chekcs: [] }, 'there is no key "chekcs", did you mean "checks"?'],
    [{ agent: "a" }, "cases is missing"],
  ] as const) {
    await expect(load({ "suite.mjs": define("bad", options) })).rejects.toMatchObject({
      message: `suite.mjs: suite "bad": ${message}`,
    });
  }
});

test("a TypeScript suite takes bare names, and a slip is told with its path", async () => {
  const cases: AgentSuiteOptions["cases"] = [{ id: "a", input: "Hello", checks: ["escalates"] }];
  const define = (name: string, checks: NonNullable<AgentSuiteOptions["checks"]>) =>
    `globalThis[Symbol.for("aegis.suites")].push(${JSON.stringify({ name, options: { agent: "support", cases, checks } })});`;
  const [loaded] = await load({ "suite.mjs": define("good", ["permissions"]) });
  expect(loaded?.checks).toEqual([{ permissions: {} }]);
  expect(loaded?.cases[0]?.checks).toEqual([{ escalates: {} }]);
  await expect(load({ "suite.mjs": define("bad", [{ permission: {} }]) })).rejects.toMatchObject({
    code: "check.unknown",
    message: 'suite.mjs: suite "bad": checks.0: there is no check "permission", did you mean "permissions"?',
  });
});
