import { expect, test } from "vitest";
import { makeFolder, runCli } from "../run-cli.test-kit.ts";

/** Recorded results as tau-bench writes them: one row per conversation. */
function rows(tool: string, count: number): string {
  return JSON.stringify(
    Array.from({ length: count }, (_, index) => ({
      task_id: index,
      trial: 0,
      reward: 1,
      info: { task: { instruction: "help", actions: [], outputs: [] } },
      traj: [
        { role: "system", content: "Be brief and kind to every customer." },
        { role: "user", content: `Please cancel order ${"x".repeat(index)}` },
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "1", type: "function", function: { name: tool, arguments: "{}" } }],
        },
        { role: "tool", tool_call_id: "1", name: tool, content: "done" },
        { role: "assistant", content: "It is done." },
      ],
    })),
  );
}

test("two imports by name: table, JSON, exit codes", async () => {
  const { path: cwd } = makeFolder({
    "a.json": rows("cancel", 8),
    "b.json": rows("cancel_all", 8),
    "c.json": rows("c", 2),
  });
  for (const name of ["a", "b", "c"]) {
    const end = await runCli(["eval", "import", `${name}.json`, "--format", "tau1", "--run", name], { cwd });
    expect(end).toMatchObject({ exitCode: 0 });
  }
  const words = ["ready", "sim2real", "--run", "a", "--production", "run:b"];
  const shown = await runCli(words, { cwd });
  expect(shown).toMatchObject({ exitCode: 0, stderr: "" });
  expect(shown.stdout).toMatch(/^a against b\nSim2real index \d+ \(/);
  expect(shown.stdout).toMatch(/^ +100 % .* 8 runs {2}tool cancel_all is called$/m);
  expect(shown.stdout).toMatch(/^ {2}aegis case from-trace [0-9A-HJKMNP-TV-Z]{26}$/m);

  const json = await runCli([...words, "--json", "--weight", "tools called=0,tool arguments=0"], { cwd });
  const report = JSON.parse(json.stdout) as {
    index: { value: number };
    dimensions: { name: string; distance: number }[];
  };
  expect(report.index.value).toBeGreaterThan(97);
  expect(report.dimensions.find(({ name }) => name === "tools called")?.distance).toBeCloseTo(1, 9);

  const few = await runCli(["ready", "sim2real", "--run", "a", "--production", "run:c"], { cwd });
  expect(few.exitCode).toBe(2);
  expect(few.stdout).toContain("too little to tell");
});

test.each([
  { words: [], says: "--production is missing", exitCode: 64 },
  { words: ["--production", "agnt=x"], says: 'did you mean "agent"', exitCode: 64 },
  { words: ["--production", "live", "--weight", "model"], says: '"model" is no NAME=NUMBER', exitCode: 64 },
  { words: ["--production", "live"], says: "eval.unknown_run", exitCode: 66 },
])("refuses $words", async ({ words, says, exitCode }) => {
  const { path: cwd } = makeFolder();
  const end = await runCli(["ready", "sim2real", ...words], { cwd });
  expect(end.stderr).toContain(says);
  expect(end).toMatchObject({ exitCode, stdout: "" });
});
