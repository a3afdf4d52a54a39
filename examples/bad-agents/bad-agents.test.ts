import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { openApp, runEval } from "../../src/app/index.ts";
import type { RunEvent, Trial } from "../../src/domain/index.ts";

const PROJECT = fileURLToPath(new URL(".", import.meta.url));

interface SixTrials {
  readonly trials: readonly Trial[];
  readonly logs: ReadonlyMap<string, readonly RunEvent[]>;
}

async function runSix(agent: string, isolation: "none" | "process" = "process"): Promise<SixTrials> {
  await using app = await openApp({ cwd: PROJECT, env: {}, storePath: ":memory:" });
  const { trials } = await runEval(app, {
    suite: "six-cases",
    agent,
    isolation,
    concurrency: isolation === "none" ? 1 : 2,
  });
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
  expect(daemons()).toEqual([]);
});

// What the level `none` does not promise: without it the two tests above could not fail.
test("without isolation the daemon lives on, and one case's state ruins the next ones", async () => {
  await runSix("leaves-daemon", "none");
  const [processId = 0] = await vi.waitFor(() => {
    expect(daemons()).toHaveLength(1);
    return daemons();
  });
  process.kill(processId, "SIGKILL");
  const { trials } = await runSix("leaks-state", "none");
  expect(trials.map(isPass)).toEqual([true, true, false, false, false, false]);
});

function daemons(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((processId) => {
      const words = commandLine(processId).split("\0");
      return words[0]?.endsWith("node") && words.includes("aegis-example-daemon");
    })
    .map(Number);
}

function commandLine(processId: string): string {
  try {
    return readFileSync(`/proc/${processId}/cmdline`, "utf8");
  } catch {
    return ""; // it ended meanwhile
  }
}
