import { spawn } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { ROOT, runCli, runJson, testProject } from "./cli-kit.ts";

const PROJECT = {
  "agents/echo.ts": `
import { defineAgent } from "aegis";
export default defineAgent({
  name: "echo",
  version: "7",
  run: ({ message }) => process.env["PARENT"] === String(process.pid) ? "in the caller's process" : message,
});
`,
  "evals/echo/suite.ts": `
import { check, suite } from "aegis";
export default suite("echo", {
  agent: "echo",
  trials: 2,
  isolation: "none",
  kind: "regression",
  cases: [{ id: "hello", input: "hello", checks: [check.answerContains("hello")] }],
});
`,
  "script.ts": `
import { aegis } from "aegis";
process.env["PARENT"] = String(process.pid);
const request = JSON.parse(process.argv[2] ?? "{}");
try {
  const { run, trials, stoppedBy } = await aegis.eval.run({ suite: "echo", ...request });
  const outcomes = trials.map(({ outcome, isolation }) => ({ isPass: outcome.kind === "scored" && outcome.isPass, isolation }));
  console.log(JSON.stringify({ name: run.name, isolation: run.isolation, agent: run.agent, stoppedBy, outcomes }));
} catch (error) {
  console.log(JSON.stringify({ code: error.code, fix: error.fix }));
}
`,
};

/** Runs the project's script as its owner would: node, and \`aegis\` from node_modules. */
async function runScript(folder: string, request: object, path = process.env["PATH"]) {
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  symlinkSync(ROOT, join(folder, "node_modules", "aegis"));
  const words = ["--conditions=aegis-source", "script.ts", JSON.stringify(request)];
  const child = spawn(process.execPath, words, { cwd: folder, env: { PATH: path } });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(stderr).toBe("");
  return JSON.parse(stdout) as Record<string, unknown>;
}

// What the agent answers tells where it ran: in the script's own process it cannot pass.
test.each([
  { request: { sandbox: "process" }, isolation: "process", isPass: true },
  { request: { sandbox: false }, isolation: "none", isPass: false },
  { request: {}, isolation: "none", isPass: false },
])(
  "aegis.eval.run($request) from a script says that it ran at level $isolation",
  async ({ request, isolation, isPass }) => {
    const folder = testProject(PROJECT);
    const told = await runScript(folder, { ...request, runName: "scripted" });
    const outcome = { isPass, isolation };
    expect(told).toEqual({
      name: "scripted",
      isolation,
      agent: { name: "echo", version: "7" },
      stoppedBy: null,
      outcomes: [outcome, outcome],
    });
    // The same engine and the same store: the command line shows what the script ran.
    const { run, gate } = await runJson(folder, ["eval", "show", "scripted"]);
    expect({ isolation: run.isolation, exitCode: gate.exitCode }).toEqual({ isolation, exitCode: isPass ? 0 : 1 });
  },
);

/** Where QEMU is not found. */
const BARE = "/nowhere";

test("sandbox: true is the strongest level that works here, and it says which", async () => {
  const folder = testProject(PROJECT);
  const { stdout } = await runCli(folder, ["sandbox", "doctor", "--json"], { PATH: BARE });
  const levels = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { level: string; isAvailable: boolean });
  expect(levels.map(({ level }) => level)).toEqual(["none", "process", "namespace", "vm"]);
  expect(levels.at(-1)).toMatchObject({
    isAvailable: false,
    fix: expect.stringContaining("apt-get install") as string,
  });
  const strongest = levels.findLast(({ isAvailable }) => isAvailable)?.level;
  expect(await runScript(folder, { sandbox: true }, BARE)).toMatchObject({ isolation: strongest });
});

test("a level this machine cannot give is refused with what brings it, never replaced", async () => {
  const told = await runScript(testProject(PROJECT), { sandbox: "vm" }, BARE);
  expect(told).toMatchObject({ code: "sandbox.unavailable", fix: expect.stringContaining("apt-get install") });
});
