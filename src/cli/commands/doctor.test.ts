import { expect, test } from "vitest";
import { makeFolder, runCli } from "../run-cli.test-kit.ts";

interface Row {
  readonly name: string;
  readonly status: string;
  readonly found: string;
  readonly fix?: string;
}

async function examine(files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
  const folder = makeFolder(files);
  const { exitCode, stdout, stderr } = await runCli(["doctor", "--json"], { cwd: folder.path, env });
  const rows = stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Row]));
  return { exitCode, stdout: stdout + stderr, rows, row: (name: string) => rows.find((each) => each.name === name) };
}

const AGENT =
  'import { defineAgent } from "aegis"; export default defineAgent({ name: "a", version: "7", run: () => "hi" });';
const suite = (more = "") => `name: s\nagent: a\ncases: [{ id: one, input: hi }]\n${more}`;

test("a project in order fails nothing", async () => {
  const { exitCode, rows, row } = await examine({
    "aegis.config.ts": "export default {}",
    "agents/a.ts": AGENT,
    "evals/s/suite.yaml": suite(),
  });
  expect(rows.filter(({ status }) => status === "fail")).toEqual([]);
  expect(exitCode).toBe(0);
  expect(row("suite s")).toMatchObject({ status: "ok", found: "1 case in evals/s/suite.yaml" });
  expect(row("agent a")).toMatchObject({ status: "ok", found: "version 7" });
  expect(row("isolation process")).toMatchObject({ status: "ok" });
  // What a level needs of the machine may be missing: that is worth a note, and fails nothing.
  for (const level of ["namespace", "vm"]) {
    const { status, found } = row(`isolation ${level}`) ?? expect.fail("no such row");
    expect(found).toMatch(status === "ok" ? /^available: / : /./);
    expect(["ok", "note"]).toContain(status);
  }
});

const inOrder = { "agents/a.ts": AGENT, "evals/s/suite.yaml": suite() };

test.each([
  { what: "config", name: "config", files: { "aegis.config.ts": "export default { sweets: 1 }" }, found: "sweets" },
  {
    what: "suite file",
    name: "suite evals/s/suite.yaml",
    files: { ...inOrder, "evals/s/suite.yaml": "name: [" },
    found: "no valid YAML",
  },
  {
    what: "agent name",
    name: "suite evals/s/suite.yaml",
    files: { "evals/s/suite.yaml": suite() },
    found: 'agent "a": no file',
  },
  {
    what: "check",
    name: "suite evals/s/suite.yaml",
    files: { ...inOrder, "evals/s/suite.yaml": suite("checks: [{ nevr: x }]") },
    found: 'did you mean "never"',
  },
  {
    what: "judge without a model",
    name: "suite s",
    files: { ...inOrder, "evals/s/suite.yaml": suite("checks: [{ judge: { rubric: x } }]") },
    found: "judge: { model }",
  },
  {
    what: "agent file",
    name: "agent a",
    files: { ...inOrder, "agents/a.ts": "export default 1" },
    found: "does not export defineAgent",
  },
  {
    what: "missing package",
    name: "agent a",
    files: { ...inOrder, "agents/a.ts": 'import "not-there"' },
    found: "not-there",
    fix: "npm install",
  },
  {
    what: "command that is not there",
    name: "agent a",
    files: { ...inOrder, "agents/a.ts": AGENT.replace('run: () => "hi"', 'command: ["no-such-program"]') },
    found: "no-such-program is not in PATH",
  },
  {
    what: "store",
    name: "store",
    files: { ...inOrder, ".aegis/store.db": "no database, but long enough to be read as one" },
    found: "store.db",
  },
])("names a broken $what and its fix", async ({ name, files, found, fix = "" }) => {
  const { exitCode, row } = await examine(files);
  expect(row(name)).toMatchObject({ status: "fail", found: expect.stringContaining(found) as string });
  expect(row(name)?.fix).toContain(fix);
  expect(exitCode).toBe(78);
});

test("says which keys are set and missing, and never what they are", async () => {
  const files = { "agents/a.ts": AGENT, "evals/s/suite.yaml": suite("passEnv: [SHOP_TOKEN, OPENAI_API_KEY]") };
  const { stdout, row } = await examine(files, { OPENAI_API_KEY: "sk-secret-value" });
  expect(row("model keys")).toMatchObject({ status: "ok", found: "set: OPENAI_API_KEY" });
  expect(row("SHOP_TOKEN")).toMatchObject({ status: "warn", fix: "export SHOP_TOKEN=..." });
  expect(stdout).not.toContain("sk-secret-value");
});

test("what files say cannot command the terminal", async () => {
  const folder = makeFolder({
    "agents/a.ts": AGENT,
    "evals/s/suite.yaml": suite().replace("name: s", 'name: "\\e[31mred"'),
  });
  const { stdout } = await runCli(["doctor"], { cwd: folder.path });
  expect(stdout).toContain("suite \\u001b[31mred");
  expect(stdout).not.toContain("\u001b[31mred");
});
