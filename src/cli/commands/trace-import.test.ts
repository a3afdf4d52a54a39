import { expect, test } from "vitest";
import { makeFolder, runCli } from "../run-cli.test-kit.ts";

const hex = (digit: string, length: number) => digit.repeat(length);
const span = { traceId: hex("a", 32), spanId: hex("b", 16), name: "n", startTimeUnixNano: "1", endTimeUnixNano: "2" };
const FILES = {
  "whole.json": JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
  "cut.json": '{"resourceSpans":[',
};

test("what was kept before a file that cannot be read is told, once, and the file is named", async () => {
  const { path: cwd } = makeFolder(FILES);
  const end = await runCli(["trace", "import", "whole.json", "cut.json"], { cwd });
  expect(end).toMatchObject({ exitCode: 65, stdout: "whole.json (otlp): 1 run from 1 span\n" });
  expect(end.stderr).toMatch(/^error trace\.bad_payload: cut\.json: /);
  const json = await runCli(["trace", "import", "whole.json", "cut.json", "--json"], { cwd });
  expect(json.exitCode).toBe(65);
  expect(json.stdout.split("\n")[0]).toContain('"path":"whole.json"');
});
