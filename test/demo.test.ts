import { expect, test } from "vitest";
import { processesMentioning, runCli, testProject } from "./cli-kit.ts";

test("aegis demo tells its story offline: the pass rate stays, the behaviour changed, and the gate is shut", async () => {
  const folder = testProject();
  // A folder without recordings: what is left out must be said.
  const { exitCode, stdout } = await runCli(folder, ["demo", "--trials", "5"], { AEGIS_DATA: folder });
  expect(exitCode).toBe(0);
  expect(stdout).toContain("Act 1");
  expect(stdout).toMatch(/Unchanged on average|No difference shown/);
  expect(stdout).toMatch(/Behaviour changed \(\d+\)/i);
  expect(stdout).toContain("The pass rate does not tell the two apart; the log does");
  expect(stdout).toContain(`Left out: no recordings in ${folder}`);
  // What it tells to open next is there.
  const [, run = ""] = /npx aegis eval show (\S+)/.exec(stdout) ?? [];
  expect(await runCli(folder, ["eval", "show", run])).toMatchObject({ exitCode: 0, stderr: "" });
  const [, before = "", after = ""] = /npx aegis eval compare (\S+) (\S+)/.exec(stdout) ?? [];
  expect(await runCli(folder, ["eval", "compare", before, after, "--fail-on", "behaviour"])).toMatchObject({
    exitCode: 1,
  });
  expect(processesMentioning(folder)).toEqual([]);
}, 120_000);
