import { expect, test } from "vitest";
import { makeFolder, runCli } from "../run-cli.test-kit.ts";

test.each([
  {
    words: ["eval", "run", "--trials", "zero"],
    says: 'aegis eval run: --trials: expected a whole number from 1 to 1000, got "zero"',
  },
  {
    words: ["eval", "run", "--trials", "0"],
    says: 'aegis eval run: --trials: expected a whole number from 1 to 1000, got "0"',
  },
  {
    words: ["eval", "run", "--kind", "regresion"],
    says: 'aegis eval run: --kind: expected one of "capability", "regression", got "regresion", did you mean "regression"?',
  },
  {
    words: ["eval", "run", "--isolation", "jail"],
    says: 'aegis eval run: --isolation: expected one of "none", "process", "namespace", "vm", got "jail"',
  },
  { words: ["eval", "run", "--trails", "3"], says: "aegis eval run: unknown option --trails; did you mean --trials?" },
  { words: ["evla", "run"], says: "unknown command evla run; did you mean aegis eval run?" },
  { words: ["evl", "compare", "a", "b"], says: "unknown command evl compare a b; did you mean aegis eval compare?" },
  { words: ["help", "evla", "run"], says: "unknown command evla run; did you mean aegis eval run?" },
])("$words is told what would have been right, and nothing beside it", async ({ words, says }) => {
  const end = await runCli(words, { cwd: makeFolder().path });
  expect(end).toEqual({ exitCode: 64, stdout: "", stderr: `error cli.usage: ${says}\n` });
});

test.each([
  { words: ["eval", "run", "--zzzzz"], fix: "See aegis eval run --help." },
  { words: ["case", "show"], fix: "See aegis case show --help." },
  { words: ["zzzzzzzz"], fix: "See aegis --help for the commands there are." },
])("$words is told where to look", async ({ words, fix }) => {
  const end = await runCli(words, { cwd: makeFolder().path });
  expect(end).toMatchObject({ exitCode: 64, stdout: "" });
  expect(end.stderr.endsWith(`\n  fix: ${fix}\n`)).toBe(true);
});

test.each([
  { words: ["help", "eval", "run"], same: ["eval", "run", "--help"] },
  { words: ["help", "eval"], same: ["eval", "--help"] },
  { words: ["help"], same: ["--help"] },
])("aegis $words is another way to say $same", async ({ words, same }) => {
  const { path: cwd } = makeFolder();
  const [asked, expected] = await Promise.all([runCli(words, { cwd }), runCli(same, { cwd })]);
  expect(expected.stdout).toContain("aegis");
  expect(asked).toEqual({ ...expected, exitCode: 0, stderr: "" });
});
