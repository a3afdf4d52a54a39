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
