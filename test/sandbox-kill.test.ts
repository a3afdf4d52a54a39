import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { IsolationLevel } from "../src/domain/index.ts";
import { seededRandom } from "../src/kernel/index.ts";
import { freePorts } from "../src/testing/restate-server.ts";
import { processesMentioning, runCli, startCli, testProject } from "./cli-kit.ts";

const GONE_WITHIN_MS = 10_000;
/** A soak: so many of them, and level vm too, where each takes ten seconds. CI has no time for that. */
const KILLS = process.env["AEGIS_TEST_KILLS"];

// An agent that has children of its own, in a session of their own, and a service beside it.
const AGENT = `
import { spawn } from "node:child_process";
import { defineAgent } from "aegis";
export default defineAgent({ name: "busy", version: "1", run: async ({ context }) => {
  spawn("sh", ["-c", "while :; do sleep 7.31; done"], { detached: true, stdio: "ignore" }).unref();
  await fetch("http://127.0.0.1:" + context.env.PORT);
  await new Promise((done) => setTimeout(done, 400));
  return "done";
} });`;

const SUITE = (port: number) => `
import { suite } from "aegis";
const serve = "require('http').createServer((_, answer) => answer.end('ok')).listen(" + ${port} + ", '127.0.0.1')";
const world = {
  files: "./desk", env: { PORT: "${port}" },
  services: [{ name: "door", command: [process.execPath, "-e", serve], port: ${port} }],
};
export default suite("busy", { agent: "busy", trials: 4, cases: [{ id: "a", input: "a", world }] });`;

/** Killed by their parent's end, whatever became of it in between. */
const LEFT = [/sleep 7\.31/, /7\.31; done/];

function leftProcesses(folder: string): string[] {
  const everywhere = readdirSync("/proc").flatMap((pid) => {
    try {
      const command = readFileSync(join("/proc", pid, "cmdline"), "utf8").replaceAll("\0", " ");
      return LEFT.some((pattern) => pattern.test(command)) ? [`${pid} ${command}`] : [];
    } catch {
      return [];
    }
  });
  return [...processesMentioning(folder), ...everywhere];
}

function groups(): string[] {
  return ["memory", "pids"].flatMap((kind) => {
    try {
      return readdirSync(join("/sys/fs/cgroup", kind)).filter((name) => name.startsWith("aegis-"));
    } catch {
      return [];
    }
  });
}

async function untilEmpty(look: () => readonly string[]): Promise<readonly string[]> {
  const deadlineMs = performance.now() + GONE_WITHIN_MS;
  for (;;) {
    const left = look();
    if (left.length === 0 || performance.now() > deadlineMs) return left;
    await sleep(50);
  }
}

/** The processes below one, at this moment: a machine names nothing of its runner in its words. */
function descendantsOf(pid: number): string[] {
  const parents = new Map(
    readdirSync("/proc").flatMap((each) => {
      try {
        const stat = /^\d+$/.test(each) ? readFileSync(join("/proc", each, "stat"), "utf8") : "";
        return [[each, stat.split(") ").at(-1)?.split(" ")[1]] as const];
      } catch {
        return [];
      }
    }),
  );
  const below = [String(pid)];
  for (const parent of below) below.push(...[...parents].filter(([, own]) => own === parent).map(([each]) => each));
  return below;
}

test.each<{ level: IsolationLevel; kills: number; withinMs: number }>([
  { level: "process", kills: 20, withinMs: 1_500 },
  { level: "namespace", kills: 20, withinMs: 1_500 },
  ...(KILLS === undefined ? [] : [{ level: "vm" as const, kills: 20, withinMs: 8_000 }]),
])(
  "at $level, a runner that is killed at random moments leaves nothing behind",
  async ({ level, kills, withinMs }) => {
    const [port = 0] = await freePorts(1);
    const folder = testProject({ "agents/busy.ts": AGENT, "evals/busy/suite.ts": SUITE(port) });
    mkdirSync(join(folder, "evals", "busy", "desk"));
    const scratch = join(folder, "scratch");
    mkdirSync(scratch, { mode: 0o755 });
    const random = seededRandom(Date.now() % 2 ** 31);
    const words = ["eval", "run", "--isolation", level, "--concurrency", "1"];
    const run = () => startCli(folder, words, { TMPDIR: scratch });
    for (let kill = 0; kill < Number(KILLS ?? kills); kill += 1) {
      const child = run();
      const ended = new Promise((done) => void child.once("exit", done));
      await sleep(100 + random() * (withinMs - 100));
      const below = descendantsOf(child.pid ?? 0);
      child.kill("SIGKILL");
      await ended;
      const left = () => [...leftProcesses(folder), ...below.filter((pid) => existsSync(join("/proc", pid, "exe")))];
      expect(await untilEmpty(left), `after kill ${kill + 1}`).toEqual([]);
    }
    // What the kernel cannot take back by itself, the next run does.
    const { exitCode, stdout, stderr } = await runCli(folder, words, { TMPDIR: scratch });
    expect({ exitCode }, stdout + stderr).toEqual({ exitCode: 0 });
    expect(await untilEmpty(() => leftProcesses(folder))).toEqual([]);
    expect(readdirSync(scratch).filter((name) => name.startsWith("aegis-"))).toEqual([]);
    expect(await untilEmpty(groups)).toEqual([]);
    expect(readFileSync("/proc/self/mounts", "utf8")).not.toContain(scratch);
  },
  // A machine of its own takes its time to be packed and started again for each kill.
  Math.max(400_000, 60_000 * Number(KILLS ?? 0)),
);
