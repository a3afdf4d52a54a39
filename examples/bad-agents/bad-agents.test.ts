import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openApp, runEval } from "../../src/app/index.ts";
import type { RunEvent, Trial } from "../../src/domain/index.ts";

const PROJECT = fileURLToPath(new URL(".", import.meta.url));

async function runSix(
  agent: string,
): Promise<{ trials: readonly Trial[]; logs: ReadonlyMap<string, readonly RunEvent[]> }> {
  await using app = await openApp({ cwd: PROJECT, env: {}, storePath: ":memory:" });
  const { trials } = await runEval(app, { suite: "six-cases", agent, concurrency: 2 });
  const store = await app.store();
  const logs = await Promise.all(trials.map(async ({ caseId, runId }) => [caseId, await store.read(runId)] as const));
  return { trials: trials.toSorted((left, right) => left.caseId.localeCompare(right.caseId)), logs: new Map(logs) };
}

function isPass({ outcome }: Trial): boolean {
  return outcome.kind === "scored" && outcome.isPass;
}

test.each([
  { agent: "leaks-state", end: "answered", why: "The answer does not match /^6$/." },
  { agent: "exits-process", end: "exited", why: "exit code 0 before the agent had answered" },
  { agent: "rejects-unhandled", end: "failed", why: "nobody awaits this" },
  { agent: "loops-forever", end: "timeout", why: "did not answer within its time (3.0 s)" },
  { agent: "never-resolves", end: "timeout", why: "did not answer within its time (3.0 s)" },
  { agent: "floods-stdout", end: "timeout", why: "did not answer within its time (3.0 s)" },
])("$agent: one failed trial, and the other five intact", async ({ agent, end, why }) => {
  const { trials, logs } = await runSix(agent);
  expect(trials.map(isPass)).toEqual([true, true, false, true, true, true]);
  expect(logs.get("case-3")?.findLast(({ type }) => type === "run.ended")).toMatchObject({ outcome: end });
  const said = trials[2]?.verdicts.flatMap(({ outcome, explanation }) => (outcome === "fail" ? [explanation] : []));
  expect(said).toContainEqual(expect.stringContaining(why));
});

test("good passes all six", async () => {
  expect((await runSix("good")).trials.map(isPass)).toEqual([true, true, true, true, true, true]);
});

test("a flood of output is cut, and the cut is written down", async () => {
  const { logs } = await runSix("floods-stdout");
  const output = logs.get("case-3")?.find((event) => event.type === "output.captured");
  expect(output).toMatchObject({ stream: "stdout", isTruncated: true });
  expect((output as RunEvent<"output.captured">).bytes).toBeGreaterThan(10_000_000);
  expect((output as RunEvent<"output.captured">).text.length).toBeLessThanOrEqual(1024 * 1024);
});

test("a process that an agent leaves behind is gone when its trial ends", async () => {
  const { trials } = await runSix("leaves-daemon");
  expect(trials.map(isPass)).toEqual([true, true, true, true, true, true]);
  expect(commandLines().filter((line) => line.includes("aegis-example-daemon"))).toEqual([]);
});

function commandLines(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((processId) => {
      try {
        return readFileSync(`/proc/${processId}/cmdline`, "utf8").replaceAll("\0", " ");
      } catch {
        return ""; // it ended meanwhile
      }
    });
}
