import { expect, test } from "vitest";
import { makeFolder, runCli } from "../run-cli.test-kit.ts";

const question = "How high is the tower?";
const told = {
  question,
  ground_truth: "300 m",
  history: [{ name: "Expert", role: "assistant", content: "It is 3 m high." }],
  mistake_agent: "Expert",
  mistake_step: "0",
  mistake_reason: "wrong by a factor of 100",
  is_correct: false,
};
const span = {
  traceId: "a".repeat(32),
  spanId: "b".repeat(16),
  name: "agent",
  startTimeUnixNano: "1000000",
  endTimeUnixNano: "2000000",
  attributes: Object.entries({
    "openinference.span.kind": "AGENT",
    "input.value": question,
    "output.value": "It is 3 m.",
  }).map(([key, stringValue]) => ({ key, value: { stringValue } })),
};
const FILES = {
  "bad.json": JSON.stringify(told),
  "plain.json": JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
};

test.each([
  { file: "bad.json", says: "no check says what was found, so the case demands nothing yet" },
  { file: "plain.json", says: "nothing is known to be wrong with this run, so the case demands nothing yet" },
])("a case without checks says why: $file", async ({ file, says }) => {
  const { path: cwd } = makeFolder(FILES);
  await runCli(["trace", "import", file], { cwd });
  const list = await runCli(["trace", "list", "--json"], { cwd });
  const { runId, findings } = JSON.parse(list.stdout) as { readonly runId: string; readonly findings: unknown[] };
  expect(findings).toHaveLength(file === "bad.json" ? 1 : 0);
  const made = await runCli(["case", "from-trace", runId, "--isolation", "none"], { cwd });
  expect(made.exitCode, made.stderr).toBe(1);
  expect(made.stdout).toContain(says);
});
