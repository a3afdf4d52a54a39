import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { spawnSync } from "node:child_process";
import { ISOLATION_LEVELS, type IsolationLevel } from "../../domain/index.ts";
import { processSandboxProvider } from "../../sandbox/adapters/process-sandbox.ts";
import { examineLevel } from "../sandbox-levels.ts";
import type { Examined } from "./examined.ts";

const NODE_MAJOR_MIN = 26;
const PROBE_TIMEOUT_MS = 10_000;

/** What Aegis needs of the machine, tried out rather than guessed. */
export async function examineMachine(env: NodeJS.ProcessEnv): Promise<Examined[]> {
  const levels = await Promise.all(ISOLATION_LEVELS.map(examinedLevel));
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

async function examinedLevel(level: IsolationLevel): Promise<Examined> {
  const { isAvailable, promise, found, fix } = await examineLevel(level);
  const name = `isolation ${level}`;
  if (isAvailable) return { name, status: "ok", found: `available: ${promise}; ${found}` };
  // The weaker levels must work everywhere; the stronger ones need programs that not every machine has.
  const status = level === "none" || level === "process" ? "fail" : "warn";
  return { name, status, found: `not available: ${found}`, ...(fix !== undefined && { fix }) };
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
