import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CliEnd, makeProject, runCli, withStore } from "./cli-kit.ts";

// Case ids as a stranger may choose them: they must not break a file, a table or a workflow log.
const HOSTILE = `pipe|<b>&"quoted" ]]> it's`;
const FOLLOWED = "::error title=forged::two\n::error title=forged::lines\u001b[31m";
const { folder, remove } = makeProject({
  "evals/words/suite.ts": `
import { check, suite } from "aegis";
const checks = [check.answerContains("yes")];
export default suite("words", {
  agent: "words",
  isolation: "none",
  trials: 2,
  cases: [
    ...${JSON.stringify([HOSTILE, FOLLOWED])}.map((id) => ({ id, input: "no", kind: "regression", checks })),
    { id: "calm", input: "yes", kind: "regression", checks },
    { id: "learning", input: "no", kind: "capability", checks },
  ],
});
`,
  "agents/words.ts": `
import { defineAgent } from "aegis";
export default defineAgent({ name: "words", version: "1", run: ({ message }) => process.env["IS_FIXED"] ? "yes" : message });
`,
});
afterAll(remove);

const summaryFile = join(folder, "step-summary.md");
let end: CliEnd;

beforeAll(async () => {
  const words = ["eval", "run", "--run", "reported", "--junit", "junit.xml", "--markdown", "report.md"];
  end = await runCli(folder, words, { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summaryFile });
});

test("two regression cases below their bar fail the gate", () => {
  expect(end.exitCode).toBe(1);
});

/** Read by a parser that is not ours. */
const READ_JUNIT = `
import json, sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
print(json.dumps({
  "counts": {name: int(root.get(name)) for name in ("tests", "failures", "errors", "skipped")},
  "cases": {case.get("name"): [child.tag for child in case if child.tag != "system-out"] for case in root.iter("testcase")},
}))
`;

test("the JUnit file is XML for a parser that is not ours, with one failure for each case below its bar", () => {
  const { stdout, stderr } = spawnSync("python3", ["-c", READ_JUNIT, join(folder, "junit.xml")], { encoding: "utf8" });
  expect(stderr).toBe("");
  const { counts, cases } = JSON.parse(stdout) as { counts: object; cases: Record<string, string[]> };
  expect(counts).toEqual({ tests: 5, failures: 4, errors: 0, skipped: 0 });
  expect(Object.values(cases)).toEqual([["failure"], ["failure"], [], ["failure"], ["failure"]]);
  expect(Object.keys(cases)).toEqual(expect.arrayContaining(["calm", "learning", "gate"]));
});

test("the Markdown report is one table a section, and no case id gets out of its cell", () => {
  const markdown = readFileSync(join(folder, "report.md"), "utf8");
  const tables = markdown.split(/\n(?!\|)/).map((part) => part.split("\n").filter((line) => line.startsWith("|")));
  expect(
    tables.some((rows) => rows.length === 2 + 3),
    "a head, and a row for each case below its bar",
  ).toBe(true);
  for (const rows of tables.filter(({ length }) => length > 0)) {
    const cells = rows.map((row) => row.replaceAll(String.raw`\|`, "").split("|").length);
    expect(new Set(cells).size, `cells in ${rows.join("\n")}`).toBe(1);
  }
  const outsideCode = markdown.replaceAll(/^```sh\n[^]*?^```$/gm, "");
  expect(outsideCode).not.toContain("<b>");
  expect(markdown).not.toContain("\u001b");
});

test("GitHub Actions gets an annotation for each case, and none that a case id forged", async () => {
  const commands = end.stderr.split("\n").filter((line) => line.trimStart().startsWith("::"));
  expect(commands.length).toBeGreaterThan(0);
  for (const command of commands) expect(command).toMatch(/^::(error|warning) (file=[^,]+,)?title=(aegis|case) /);
  expect(commands.filter((command) => command.startsWith("::error "))).toHaveLength(3);
  expect(commands.filter((command) => command.startsWith("::warning "))).toEqual([
    expect.stringContaining("case learning"),
  ]);
  expect(end.stdout).not.toMatch(/^\s*::/m);
  const fixed = await runCli(folder, ["eval", "run", "--compare", "reported"], {
    IS_FIXED: "1",
    GITHUB_ACTIONS: "true",
  });
  expect(fixed.stdout).toContain("::error title=forged::two");
  expect(fixed.stdout).not.toMatch(/^\s*::/m);
  const once = readFileSync(summaryFile, "utf8");
  expect(once).toContain("words");
  await runCli(folder, ["eval", "show", "reported"], { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summaryFile });
  const twice = readFileSync(summaryFile, "utf8");
  expect(twice.startsWith(once) && twice.length > once.length, "a later step adds to the summary").toBe(true);
});

test.each([
  { env: { NO_COLOR: "", FORCE_COLOR: "1" }, isColored: true },
  { env: { NO_COLOR: "1", FORCE_COLOR: "1" }, isColored: false },
  { env: { NO_COLOR: "", FORCE_COLOR: "0" }, isColored: false },
  { env: { NO_COLOR: "" }, isColored: false },
])("$env into a pipe: colored $isColored", async ({ env, isColored }) => {
  const { stdout } = await runCli(folder, ["eval", "show", "reported"], env);
  expect(stdout).toContain("calm");
  // The one in the case id is shown, not sent, either way.
  expect(stdout.includes("\u001b[")).toBe(isColored);
  expect(stdout.replaceAll(/\u001b\[\d+m/g, "")).not.toContain("\u001b");
});

test("every command a report advises is one that works", async () => {
  await runCli(folder, ["eval", "baseline", "set", "reported"]);
  const compared = await runCli(folder, ["eval", "run", "--compare", "main", "--trials", "3"]);
  const advised = [end.stdout, compared.stdout].flatMap((text) =>
    [...(text.split("\nNext\n")[1] ?? "").matchAll(/^ {2}(aegis .*)$/gm)].map(([, line = ""]) => line),
  );
  expect(advised.length).toBeGreaterThanOrEqual(2);
  for (const line of advised) {
    // As a shell would take the line apart.
    const { stdout } = spawnSync("bash", ["-c", `printf '%s\\0' ${line.replace(/^aegis /, "")}`], { encoding: "utf8" });
    const { exitCode, stderr } = await runCli(folder, stdout.split("\0").slice(0, -1));
    expect(exitCode, `${line}: ${stderr}`).toBeLessThan(64);
  }
});

test("a report that cannot be written says so, and the run is kept", async () => {
  const failed = await runCli(folder, ["eval", "run", "--run", "unwritten", "--junit", "junit.xml/inside-a-file.xml"]);
  expect(failed.exitCode).toBe(74);
  expect(failed.stderr).toContain("error io.failed: junit.xml/inside-a-file.xml cannot be written");
  const run = await withStore(folder, (store) => store.findEvalRun("unwritten"));
  expect(run?.status).toBe("finished");
});
