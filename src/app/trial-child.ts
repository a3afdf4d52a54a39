// The program a sandboxed trial runs: job on stdin, events as JSON lines on file descriptor 3. It holds no store, no
// checks and no expected answers. Imports are kept few: every trial pays for them.
import { readFileSync, writeSync } from "node:fs";
import { AegisError } from "../kernel/index.ts";
import { registerDoors } from "./register-doors.ts";
import type { NewEvent } from "../domain/index.ts";
import type { TrialJob } from "../eval/index.ts";

const CONTROL = 3;

/** Written synchronously, so that what happened before an exit, a crash or an endless loop is already outside. */
function send(line: unknown): void {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
  for (let start = 0; start < bytes.length;) start += writeSync(CONTROL, bytes, start);
}

function sendFailure(error: unknown, startMs: number): void {
  const { name: given, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  const name = error instanceof AegisError ? error.code : given;
  const event: NewEvent<"run.ended"> = {
    type: "run.ended",
    atMs: Date.now(),
    witness: "runtime",
    outcome: "failed",
    durationMs: performance.now() - startMs,
    error: { name, message: message.slice(0, 2_000) },
  };
  send({ event });
}

/** Loaded only for a case that has some. */
async function openServices(services: NonNullable<TrialJob["services"]>) {
  const { startServices } = await import("./start-services.ts");
  return startServices(services);
}

async function main(): Promise<void> {
  const startMs = performance.now();
  registerDoors();
  const job = JSON.parse(readFileSync(0, "utf8")) as TrialJob;
  const failOnce = (error: unknown) => {
    sendFailure(error, startMs);
    process.exit(1);
  };
  process.on("uncaughtException", failOnce);
  process.on("unhandledRejection", failOnce);
  if (job.authorityPem !== undefined) (await import("./trust-authority.ts")).trustAuthority(job.authorityPem);
  const services = job.services?.length ? await openServices(job.services) : undefined;
  const { conductTrial } = await import("./conduct-trial.ts");
  const state = await conductTrial({ job, append: (event) => send({ event }), signal: new AbortController().signal });
  await services?.stop();
  if (state) send({ state });
  send({ done: true });
  process.exit(0);
}

await main();
