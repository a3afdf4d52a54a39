import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { processUse, type ProcessUse } from "./process-use.ts";

export interface ServerProgram {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface ServedProgram {
  readonly url: string;
  readonly pid: number;
  /** What it has used so far; undefined where the system does not tell. */
  use(): ProcessUse | undefined;
  /** Ends it, and with it what it has open. */
  stop(): Promise<void>;
}

const START_MS = 60_000;
const STOP_MS = 30_000;

/** Starts a server that says its address as `{"url": …}` in one of its first lines. */
export async function serveProgram({ name, command, cwd, env }: ServerProgram): Promise<ServedProgram> {
  const [file = "", ...words] = command;
  const child = spawn(file, words, {
    stdio: ["ignore", "pipe", "pipe"],
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, ...env },
  });
  const killNow = () => void child.kill("SIGKILL");
  process.once("exit", killNow);
  child.once("exit", () => process.off("exit", killNow));
  const said: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => said.splice(0, Math.max(0, said.push(text) - 20)));
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  try {
    const url = await addressOf(child);
    const pid = child.pid ?? 0;
    return { url, pid, use: () => processUse(pid), stop: () => stop(child, exited) };
  } catch (error) {
    child.kill("SIGKILL");
    await exited;
    throw new Error(`${name} did not start: ${(error as Error).message} ${said.join("").slice(-2_000)}`, {
      cause: error,
    });
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("it said no address in time")), START_MS);
    child.once("error", reject);
    child.once("exit", (code, signal) => reject(new Error(`it ended with ${code ?? signal}`)));
    const lines = createInterface({ input: child.stdout! });
    lines.on("line", (line) => {
      const url = /"url":"([^"]+)"/.exec(line)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
  });
}

async function stop(child: ChildProcess, exited: Promise<void>): Promise<void> {
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await exited;
  clearTimeout(timer);
}
