import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpus } from "node:os";
import { join } from "node:path";
import { say } from "../bench.ts";
import { ROOT } from "../project-root.ts";
import type { AskPlan, IngestPlan } from "./ingest-process.ts";

export function startProcess(what: string, plan: IngestPlan | AskPlan): ChildProcess {
  const program = join(ROOT, "bench", "ingest", "ingest-process.ts");
  const words = ["--conditions=aegis-source", program, what, JSON.stringify(plan)];
  const [command = process.execPath, ...before] = onOneCore();
  const given = command === process.execPath ? words : [...before, process.execPath, ...words];
  return spawn(command, given, { stdio: ["ignore", "pipe", "inherit"] });
}

/** Who sends telemetry works on another core, where there is one. Resolves once it listens at the socket. */
export async function startSender(
  socket: string,
  { seed, requests }: { readonly seed: number; readonly requests: number },
): Promise<void> {
  const program = join(ROOT, "bench", "ingest", "send-requests.ts");
  const words = [process.execPath, "--conditions=aegis-source", program, socket, String(seed), String(requests)];
  const [command = "", ...rest] =
    cpus().length > 1 && onOneCore().length > 0 ? ["taskset", "-c", "1", ...words] : words;
  const { stdout } = spawn(command, rest, { stdio: ["ignore", "pipe", "inherit"] });
  await once(stdout, "data");
}

let pinning: readonly string[] | undefined;

/** All threads of a process, where the machine has the program for it. */
function onOneCore(): readonly string[] {
  if (pinning !== undefined) return pinning;
  try {
    execFileSync("taskset", ["-c", "0", "true"], { stdio: "ignore" });
    pinning = ["taskset", "-c", "0"];
  } catch {
    say("There is no taskset here: the threads run where they like, and are counted together.");
    pinning = [];
  }
  return pinning;
}
