import { expect, test } from "vitest";
import { makeFolder, runCli } from "../run-cli.test-kit.ts";

test("as many words are looked for as a search may hold; more are a slip of the caller's", async () => {
  const { path: cwd } = makeFolder();
  const most = await runCli(["trace", "search", "w".repeat(500), "w".repeat(499)], { cwd });
  expect(most).toMatchObject({ exitCode: 0, stdout: "" });
  const more = await runCli(["trace", "search", "w".repeat(500), "w".repeat(500)], { cwd });
  expect(more).toMatchObject({ exitCode: 64, stdout: "" });
  expect(more.stderr).toContain("aegis trace search: WORDS: at most 1000 characters, got 1001");
});
