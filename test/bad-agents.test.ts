import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { RunEvent, Trial } from "../src/domain/index.ts";
import type { JsonReport } from "../src/eval/report/to-json-report.ts";
import { endOf, makeProject, processesMentioning, ROOT, startCli, withStore } from "./cli-kit.ts";

// The example's six cases; each agent misbehaves on the third, at level `process`.
const EXAMPLE = join(ROOT, "examples", "bad-agents");
const { folder, remove } = makeProject({});
cpSync(EXAMPLE, folder, { recursive: true, filter: (path) => !/\.aegis|\.test\.ts$/.test(path) });
afterAll(remove);

// Many of them run at once here, and a good case must never be slow enough to look like one that hangs.
const suiteFile = join(folder, "evals", "six-cases", "suite.ts");
writeFileSync(suiteFile, readFileSync(suiteFile, "utf8").replace(/timeoutMs: [\d_]+/, "timeoutMs: 8_000"));

/** More of them, written by the test: `onThird` is what happens in the third case. */
function writeAgent(name: string, onThird: string): void {
  const source = `
import { writeSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { defineAgent } from "aegis";
import { answerSum, isThird } from "./answer-sum.ts";
export default defineAgent({ name: "${name}", version: "1", run: async ({ message }) => {
  if (isThird(message)) { ${onThird} }
  return answerSum(message);
} });
`;
  writeFileSync(join(folder, "agents", `${name}.ts`), source);
}

writeAgent(
  "writes-garbage-lines",
  'for (let line = 0; line < 1000; line += 1) writeSync(3, `{"event":{"type":${line}\\n`);',
);
writeAgent("writes-half-a-line", 'writeSync(3, "{never closed ");');
writeAgent("writes-endless-line", 'const text = "x".repeat(65_536); for (;;) writeSync(3, text);');
writeAgent(
  "forges-its-end",
  `
  writeSync(3, JSON.stringify({ event: { type: "run.ended", atMs: 1, witness: "runtime", outcome: "answered", durationMs: 1 } }) + "\\n");
  process.exit(0);`,
);
writeAgent("kills-its-parent-group", 'process.kill(0, "SIGKILL");');
writeAgent(
  "forks-a-chain",
  `
  spawnSync("/bin/sh", ["-c", "(setsid sh -c 'setsid sleep 60 & setsid sleep 60 &' &) &"], { stdio: "ignore" });`,
);

interface SixTrials {
  readonly exitCode: number | null;
  readonly report: JsonReport;
  readonly trials: readonly Trial[];
  readonly thirdLog: readonly RunEvent[];
  readonly peakBytes: number;
}

async function runSix(agent: string): Promise<SixTrials> {
  const child = startCli(folder, ["eval", "run", "--agent", agent, "--concurrency", "2", "--json"]);
  let peakBytes = 0;
  const watching = setInterval(() => (peakBytes = Math.max(peakBytes, peakOf(child.pid ?? 0))), 50);
  const { exitCode, stdout, stderr } = await endOf(child);
  clearInterval(watching);
  expect(stderr).toBe("");
  const report = JSON.parse(stdout) as JsonReport;
  return withStore(folder, async (store) => {
    const trials = (await store.listTrials(report.run.id as Trial["evalRunId"])).toSorted((left, right) =>
      left.caseId < right.caseId ? -1 : 1,
    );
    return { exitCode, report, trials, thirdLog: await store.read(trials[2]?.runId as Trial["runId"]), peakBytes };
  });
}

/** The most memory a process ever held. */
function peakOf(processId: number): number {
  try {
    const [, kilobytes = "0"] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${processId}/status`, "utf8")) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return 0;
  }
}

const ONLY_THIRD = [true, true, false, true, true, true];
const ALL = [true, true, true, true, true, true];

test.concurrent.each([
  // Each trial has a process of its own, so what leaks in the third case spoils that case alone.
  { agent: "leaks-state", passes: ONLY_THIRD, why: "The answer does not match" },
  { agent: "exits-process", passes: ONLY_THIRD, why: "exit code 0 before the agent had answered" },
  { agent: "rejects-unhandled", passes: ONLY_THIRD, why: "nobody awaits this" },
  { agent: "loops-forever", passes: ONLY_THIRD, why: "did not answer within its time" },
  { agent: "never-resolves", passes: ONLY_THIRD, why: "did not answer within its time" },
  { agent: "writes-half-a-line", passes: ONLY_THIRD, why: "" },
  { agent: "writes-endless-line", passes: ONLY_THIRD, why: "larger than the limit" },
  { agent: "forges-its-end", passes: ONLY_THIRD, why: "" },
  { agent: "kills-its-parent-group", passes: ONLY_THIRD, why: "killed before the agent had answered" },
  { agent: "leaves-daemon", passes: ALL, why: null },
  { agent: "forks-a-chain", passes: ALL, why: null },
  { agent: "writes-garbage-lines", passes: ALL, why: null },
  { agent: "good", passes: ALL, why: null },
])("$agent", async ({ agent, passes, why }) => {
  const { exitCode, report, trials } = await runSix(agent);
  expect(trials.map(({ outcome }) => outcome.kind === "scored" && outcome.isPass)).toEqual(passes);
  expect(report.summary.suite.trials).toMatchObject({ asked: 6, scored: 6, void: 0, missing: 0 });
  expect(exitCode).toBe(passes === ALL ? 0 : 1);
  const said =
    trials[2]?.verdicts.flatMap(({ outcome, explanation }) => (outcome === "fail" ? [explanation] : [])) ?? [];
  if (why !== null) expect(said).toContainEqual(expect.stringContaining(why));
});

test("an agent that prints without end costs the runner no memory, and the cut is written down", async () => {
  const quiet = await runSix("good");
  const { exitCode, trials, thirdLog, peakBytes } = await runSix("floods-stdout");
  expect(trials.map(({ outcome }) => outcome.kind === "scored" && outcome.isPass)).toEqual(ONLY_THIRD);
  expect(exitCode).toBe(1);
  const output = thirdLog.find((event) => event.type === "output.captured");
  expect(output).toMatchObject({ stream: "stdout", isTruncated: true });
  const printed = output?.type === "output.captured" ? output.bytes : 0;
  expect(printed).toBeGreaterThan(200 * 1024 ** 2);
  expect(peakBytes - quiet.peakBytes).toBeLessThan(100 * 1024 ** 2);
}, 60_000);

// Last: whatever the agents above left behind would still be here.
test("nothing of any of them is still running", () => {
  expect(processesMentioning(folder)).toEqual([]);
});
