// One process for many trials, as a suite that resets nothing has it: what an agent leaves in variables, environment,
// files and processes is there when the next trial begins. Asks for one job after another; events go out on file
// descriptor 3, as from trial-child.
import { readdirSync, readFileSync, writeSync } from "node:fs";
import { registerDoors } from "../register-doors.ts";
import type { TrialJob } from "../../eval/index.ts";

const CONTROL = 3;

/** What this process holds that it did not hold when it began. */
export interface LeftInProcess {
  readonly env: readonly string[];
  readonly globals: readonly string[];
  readonly processes: readonly string[];
}

const begin = { env: { ...process.env }, globals: new Set<string>() };
/** What trials were given, which is no leak. */
const given = new Set<string>();

function send(line: unknown): void {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
  for (let start = 0; start < bytes.length;) start += writeSync(CONTROL, bytes, start);
}

function left(): LeftInProcess {
  const env = Object.keys(process.env).filter((name) => !given.has(name) && process.env[name] !== begin.env[name]);
  const globals = Object.getOwnPropertyNames(globalThis).filter((name) => !begin.globals.has(name));
  return { env: env.toSorted(), globals: globals.toSorted(), processes: childPrograms() };
}

/** Command lines of the children this process has; none where the system does not tell. */
function childPrograms(): string[] {
  try {
    const tasks = readdirSync("/proc/self/task");
    const pids = tasks.flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, "utf8").split(" "));
    return pids.filter((pid) => pid !== "").map(programOf);
  } catch {
    return [];
  }
}

function programOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim().slice(0, 200);
  } catch {
    return "";
  }
}

/** What the agent and its libraries put there when they are loaded is nobody's trial's. */
async function loadAgent(job: TrialJob): Promise<void> {
  const { importModule } = await import("../import-agent.ts");
  await importModule(job.target.file).catch(() => undefined);
  await import("ai");
  for (const name of Object.getOwnPropertyNames(globalThis)) begin.globals.add(name);
}

async function main(jobsUrl: string): Promise<void> {
  registerDoors();
  const ask = globalThis.fetch;
  const { conductTrial } = await import("../conduct-trial.ts");
  for (;;) {
    const answer = await ask(jobsUrl);
    if (answer.status !== 200) return;
    const job = (await answer.json()) as TrialJob;
    if (begin.globals.size === 0) await loadAgent(job);
    for (const [name, value] of Object.entries(job.env)) {
      given.add(name);
      process.env[name] = value;
    }
    const signal = new AbortController().signal;
    const state = await conductTrial({ job, append: (event) => send({ runId: job.runId, event }), signal });
    send({ runId: job.runId, state, left: left() });
  }
}

await main(process.env["AEGIS_JOBS_URL"] ?? "");
process.exit(0);
