import { expect, test } from "vitest";
import { makeFolder, runCli } from "../run-cli.test-kit.ts";

const AT_SECONDS = 1_790_000_000;
/** Five traces, a second apart, the last named first. */
const spans = [4, 3, 2, 1, 0].map((second) => ({
  traceId: String(second + 1).repeat(32),
  spanId: String(second + 1).repeat(16),
  name: "invoke_agent desk",
  startTimeUnixNano: `${AT_SECONDS + second}000000000`,
  endTimeUnixNano: `${AT_SECONDS + second}500000000`,
  attributes: [
    { key: "gen_ai.operation.name", value: { stringValue: "invoke_agent" } },
    { key: "gen_ai.agent.name", value: { stringValue: "desk" } },
  ],
}));
const FILES = { "five.json": JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }) };

test("a list that is full says how to see what is not in it, and --until goes on there", async () => {
  const { path: cwd } = makeFolder(FILES);
  expect(await runCli(["trace", "import", "five.json"], { cwd })).toMatchObject({ exitCode: 0 });
  const idsOf = async (...words: string[]) => {
    const { stdout } = await runCli(["trace", ...words, "--json"], { cwd });
    const lines = stdout.split("\n").filter((line) => line !== "");
    return lines.map((line) => (JSON.parse(line) as { readonly traceId: string }).traceId[0]);
  };
  expect(await idsOf("list")).toEqual(["5", "4", "3", "2", "1"]);
  for (const words of [["list"], ["search", "desk"]]) {
    const full = await runCli(["trace", ...words, "--limit", "2"], { cwd });
    expect(full.stderr).toBe(
      "the newest 2: more with --limit, at most 1000; what is older with --until 2026-09-21T14:13:23.001Z\n",
    );
    expect(await idsOf(...words, "--limit", "3", "--until", "2026-09-21T14:13:23.001Z")).toEqual(["4", "3", "2"]);
    const whole = await runCli(["trace", ...words, "--limit", "6"], { cwd });
    expect(whole).toMatchObject({ exitCode: 0, stderr: "" });
  }
});

test("a time that is none is told with its flag", async () => {
  const { path: cwd } = makeFolder();
  const end = await runCli(["trace", "list", "--until", "yesterday"], { cwd });
  expect(end).toMatchObject({ exitCode: 64, stdout: "" });
  expect(end.stderr).toContain('--until: "yesterday" is no time');
});

test("taking cases away is a matter of the patch", async () => {
  const { path: cwd } = makeFolder();
  const end = await runCli(["eval", "review", "--suite", "any", "--remove"], { cwd });
  expect(end).toMatchObject({ exitCode: 64, stdout: "" });
  expect(end.stderr).toContain("give --patch FILE");
});
