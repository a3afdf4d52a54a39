import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { spawnSync } from "node:child_process";
import { AegisError } from "../../kernel/index.ts";
import { ISOLATION_LEVELS, ISOLATION_PROMISES, type IsolationLevel } from "../../domain/index.ts";
import { processSandboxProvider } from "../../sandbox/adapters/process-sandbox.ts";
import { AVAILABLE_LEVELS } from "../performers.ts";
import type { Examined } from "./examined.ts";

const NODE_MAJOR_MIN = 26;
const PROBE_TIMEOUT_MS = 10_000;

/** What Aegis needs of the machine, tried out rather than guessed. */
export async function examineMachine(env: NodeJS.ProcessEnv): Promise<Examined[]> {
  const levels = await Promise.all(ISOLATION_LEVELS.map(examineLevel));
  return [examineNode(), ...levels, examineSetpriv(), examinePython(env), examineGit(env)];
}

/** The path of a program, as a shell would find it. */
export function findProgram(name: string, { PATH = "" }: NodeJS.ProcessEnv): string | undefined {
  if (name.includes("/")) return existsSync(name) ? name : undefined;
  return PATH.split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

function examineNode(): Examined {
  const { node } = process.versions;
  if (Number(node.split(".")[0]) >= NODE_MAJOR_MIN) return { name: "node", status: "ok", found: `Node ${node}` };
  const found = `Node ${node} is too old, ${NODE_MAJOR_MIN} is needed`;
  return { name: "node", status: "fail", found, fix: `npm install --save-dev node@${NODE_MAJOR_MIN}` };
}

async function examineLevel(level: IsolationLevel): Promise<Examined> {
  const name = `isolation ${level}`;
  const promise = ISOLATION_PROMISES[level];
  if (!AVAILABLE_LEVELS.includes(level)) return { name, status: "note", found: "not part of this version" };
  if (level === "none") return { name, status: "ok", found: `available: ${promise}` };
  try {
    await runProbe();
    return { name, status: "ok", found: `available: ${promise}; a trial program started and ended` };
  } catch (error) {
    const found = `no trial program can be started: ${(error as Error).message}`;
    return {
      name,
      status: "fail",
      found,
      fix: "free processes and space in the temporary folder (TMPDIR), then run aegis doctor again",
    };
  }
}

async function runProbe(): Promise<void> {
  const sandbox = await processSandboxProvider().open({ label: "doctor" });
  try {
    const program = { command: [process.execPath, "--version"], env: {}, stdin: "" };
    const end = await sandbox.run({ ...program, timeoutMs: PROBE_TIMEOUT_MS, outputBytesMax: 10_000 });
    if (end.exitCode === 0) return;
    const why = end.stderr.text.slice(0, 300);
    throw new AegisError("sandbox.spawn_failed", `it ${end.reason} with code ${end.exitCode}: ${why}`);
  } finally {
    await sandbox[Symbol.asyncDispose]();
  }
}

function examineSetpriv(): Examined {
  const { diesWithParent } = processSandboxProvider().abilities;
  if (diesWithParent)
    return { name: "setpriv", status: "ok", found: "trial programs end with Aegis, even when it is killed" };
  const found = "not found: when Aegis is killed, trial programs may live on";
  return { name: "setpriv", status: "warn", found, fix: "apt-get install util-linux" };
}

function examinePython(env: NodeJS.ProcessEnv): Examined {
  const version = versionOf("python3", env);
  if (version) return { name: "python3", status: "ok", found: version };
  return {
    name: "python3",
    status: "warn",
    found: "not found: agents written in Python cannot run",
    fix: "apt-get install python3",
  };
}

function examineGit(env: NodeJS.ProcessEnv): Examined {
  const version = versionOf("git", env);
  if (version) return { name: "git", status: "ok", found: version };
  return {
    name: "git",
    status: "warn",
    found: "not found: runs will not say which commit they tested",
    fix: "apt-get install git",
  };
}

function versionOf(program: string, env: NodeJS.ProcessEnv): string | undefined {
  const path = findProgram(program, env);
  if (path === undefined) return undefined;
  const { status, stdout } = spawnSync(path, ["--version"], { encoding: "utf8", timeout: PROBE_TIMEOUT_MS, env });
  return status === 0 ? stdout.trim().split("\n")[0] : undefined;
}
