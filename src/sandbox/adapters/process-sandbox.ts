import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { ProgramEnd, Sandbox, SandboxProgram, SandboxProvider } from "../sandbox.ts";
import { captureOutput } from "./capture-output.ts";
import { collectFolder } from "./collect-folder.ts";
import { assertProgram, SETPRIV } from "./find-program.ts";
import { makeWorkspace } from "./make-workspace.ts";
import { killTree, startedAtTicks } from "./kill-tree.ts";
import { removeTree } from "./remove-tree.ts";
import { watchProgram } from "./watch-program.ts";
import { guardedToken } from "./watch-runner.ts";
import { writeEntries } from "./write-entries.ts";

/** Marks every process of one sandbox, so that strays are found wherever they went. */
const MARK = "AEGIS_SANDBOX";
/** How long the ended program's pipes may take to drain before they are cut (a stray that got away may hold them). */
const DRAIN_MS = 2_000;

/**
 * Own child process in its own session, clean environment, own temporary workspace, killed with its whole tree and with
 * its parent. Accident protection: a program that means harm can clear its mark and get away.
 */
export function processSandboxProvider(): SandboxProvider {
  return {
    level: "process",
    abilities: {
      killsWholeTree: true,
      diesWithParent: SETPRIV !== undefined,
      network: "open",
      limitsWholeTree: false,
      canSeed: false,
    },
    async open({ label, files = [] }) {
      const mark = `${guardedToken(`${MARK}=`)}-${label}-${Math.random().toString(36).slice(2, 10)}`;
      const root = await makeWorkspace();
      const workspace = join(root, "work");
      const close = () => removeTree(root);
      try {
        await writeEntries(workspace, files);
      } catch (error) {
        await close();
        throw error;
      }
      return {
        workspace,
        // The machine itself is open to its programs: it has no limits of its own, doors and mounts are there already.
        facts: { level: "process", limits: {} },
        run: (program) => runProgram(program, { mark, root }),
        collect: () => collectFolder(workspace),
        [Symbol.asyncDispose]: close,
      } satisfies Sandbox;
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

async function runProgram(program: SandboxProgram, place: { mark: string; root: string }): Promise<ProgramEnd> {
  const startMs = performance.now();
  const child = start(program, place);
  const tree = {
    sessionId: child.pid ?? 0,
    mark: `${MARK}=${place.mark}`,
    startedAtTicks: child.pid === undefined ? 0 : startedAtTicks(child.pid),
  };
  const stdout = captureOutput(child.stdout, program.outputBytesMax);
  const stderr = captureOutput(child.stderr, program.outputBytesMax);
  // Its children follow when it has ended: they are counted then.
  const { exit, control, stop, reason } = watchProgram(child, program, () => child.kill("SIGKILL"));
  let exitCode: number | null;
  try {
    exitCode = await exit;
  } finally {
    stop();
  }
  const strayProcessCount = await killTree(tree);
  // What the program wrote before it ended still counts: its pipes drain, but nobody waits for strays that hold them.
  await Promise.race([Promise.all([control.closed, stdout.closed, stderr.closed]), delay(DRAIN_MS)]);
  for (const stream of child.stdio) stream?.destroy();
  return {
    reason: reason() ?? (exitCode === null ? "killed" : "exited"),
    exitCode,
    stdout: stdout.captured(),
    stderr: stderr.captured(),
    durationMs: performance.now() - startMs,
    strayProcessCount,
  };
}

function start(program: SandboxProgram, { mark, root }: { mark: string; root: string }): ChildProcess {
  const cwd = join(root, "work");
  assertProgram(program.command[0] ?? "", { path: program.env["PATH"], cwd });
  const [file = "", ...programArguments] = SETPRIV
    ? [SETPRIV, "--pdeathsig", "KILL", "--", ...program.command]
    : program.command;
  const child = spawn(file, programArguments, {
    cwd,
    env: {
      HOME: cwd,
      TMPDIR: join(root, "tmp"),
      LANG: "C.UTF-8",
      TZ: "UTC",
      ...program.env,
      [MARK]: mark,
    },
    stdio: ["pipe", "pipe", "pipe", "pipe"],
    detached: true,
  });
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(program.stdin);
  return child;
}

function delay(ms: number): Promise<void> {
  return new Promise((done) => void setTimeout(done, ms).unref());
}
